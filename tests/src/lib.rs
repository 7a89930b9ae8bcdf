//! Journeys in the real window, and refusals.
