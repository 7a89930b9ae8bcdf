//! The process' own memory, as Linux tells it; elsewhere it is not measured.

/// Resident now, in kB.
pub fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most that was resident since [`forget_peak`], in kB.
pub fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// Starts the peak afresh. Where that is not allowed the peak stays the whole process'.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn status(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How many runnable processes the machine had over the last minute; a busy one measures nothing
/// well.
pub fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}
