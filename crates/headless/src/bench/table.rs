//! One aligned table: what was measured, beside its peer of the same run and the bar it is held to.

use std::time::Duration;

/// A line of the table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    what: String,
    measured: String,
    peer: String,
    ratio: String,
    bar: String,
    holds: Option<bool>,
}

impl Row {
    /// A figure.
    pub fn new(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), ..Self::default() }
    }

    /// Something that was not measured here, said where nobody overlooks it.
    pub fn skipped(what: &str, why: &str) -> Self {
        eprintln!("SKIPPED: {what}: {why}");
        Self::new(what, "SKIPPED").peer(why)
    }

    /// The peer's figure.
    pub fn peer(mut self, peer: impl Into<String>) -> Self {
        self.peer = peer.into();
        self
    }

    /// Ours over the peer's, in the sense of the bar.
    pub fn ratio(mut self, ratio: f64) -> Self {
        self.ratio = if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") };
        self
    }

    /// What it is held to, and whether it holds.
    pub fn bar(mut self, bar: &str, holds: bool) -> Self {
        bar.clone_into(&mut self.bar);
        self.holds = Some(holds);
        self
    }

    fn cells(&self) -> [&str; 6] {
        let holds = match self.holds {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        [&self.what, &self.measured, &self.peer, &self.ratio, &self.bar, holds]
    }
}

/// The rows under their headings, each column as wide as its widest cell.
pub fn layout(rows: &[Row]) -> String {
    let headings = ["what", "measured", "peer", "ratio", "bar", "holds?"];
    let width = |column: usize| {
        let widest = rows.iter().map(|row| row.cells()[column].chars().count()).max().unwrap_or(0);
        widest.max(headings[column].len())
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let line = |cells: [&str; 6]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join(" | ").trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(headings);
    text.push_str(&rule.join("-|-"));
    text.push('\n');
    for row in rows {
        text.push_str(&line(row.cells()));
    }
    text
}

/// `1.23 s`, `4.5 ms` or `320 us`.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        0.001.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} us", seconds * 1e6),
    }
}

/// One time over another.
pub fn over(ours: Duration, peer: Duration) -> f64 {
    ours.as_secs_f64() / peer.as_secs_f64().max(1e-9)
}

/// Many times of the same kind of work.
pub struct Times(Vec<Duration>);

impl Times {
    /// Of at least one run.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// So many of a hundred took no longer.
    pub fn percentile(&self, share: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last * share).div_ceil(100)).copied().unwrap_or_default()
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// Middle and worst of a hundred.
    pub fn spread(&self) -> String {
        format!("p50 {}, p99 {}", time(self.median()), time(self.percentile(99)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_headings() {
        let rows = [
            Row::new("import", "9.10 s").peer("4.00 s").ratio(2.275).bar("<= 3x", true),
            Row::new("a longer name", "1 us"),
        ];
        let text = layout(&rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "what          | measured | peer   | ratio | bar   | holds?");
        assert_eq!(lines[2], "import        | 9.10 s   | 4.00 s | 2.27  | <= 3x | yes");
        assert_eq!(lines[3], "a longer name | 1 us     |        |       |       |");
    }

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times = Times::new((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!(times.median(), Duration::from_millis(101));
        assert_eq!(times.percentile(99), Duration::from_millis(199));
        assert_eq!(Times::new(vec![Duration::from_millis(7)]).percentile(99), Duration::from_millis(7));
    }

    #[test]
    fn times_are_shown_in_their_own_unit() {
        assert_eq!(time(Duration::from_micros(320)), "320 us");
        assert_eq!(time(Duration::from_micros(4_460)), "4.5 ms");
        assert_eq!(time(Duration::from_millis(1_234)), "1.23 s");
    }
}
