//! The process' own memory, and another's, as Linux tells it; elsewhere it is not measured.

/// Resident now, in kB.
pub fn resident() -> Option<u64> {
    status("self", "VmRSS:")
}

/// The most that was resident since [`forget_peak`], in kB.
pub fn peak() -> Option<u64> {
    status("self", "VmHWM:")
}

/// Another process': resident now, and the most that was, in kB.
#[allow(dead_code, reason = "the bench of the exchange asks for the server's")]
pub fn of_process(id: u32) -> Option<(u64, u64)> {
    let process = id.to_string();
    Some((status(&process, "VmRSS:")?, status(&process, "VmHWM:")?))
}

/// Starts the peak afresh. Where that is not allowed the peak stays the whole process'.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn status(process: &str, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How many runnable processes the machine had over the last minute; a busy one measures nothing
/// well.
pub fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}
