//! Business days and holidays: US federal, Federal Reserve and FRBP 9006 calendars, kept apart.
