//! Risk: the explainable score, and the late-payment model on a public set.

mod late;
mod public_set;
mod score;
