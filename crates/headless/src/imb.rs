//! `imb TRACKING [ROUTING]`.

use std::process::ExitCode;

use clap::Args as Arguments;

use crate::failed;

/// The two codes.
#[derive(Arguments)]
pub struct Args {
    /// 20 digits: barcode id, service type, mailer id, serial number.
    tracking: String,
    /// 0, 5, 9 or 11 digits.
    #[arg(default_value = "")]
    routing: String,
}

/// Prints the 65 letters.
pub fn run(args: &Args) -> ExitCode {
    match letters::imb::encode(&args.tracking, &args.routing) {
        Ok(bars) => {
            println!("{bars}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(error),
    }
}
