//! `day FILE --as-of DATE --out DIR`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::day::DayOrder;
use chrono::NaiveDate;
use clap::Args as Arguments;
use domain::money::Currency;
use intake::DateOrder;
use intake::cli::{Options, parse_map};

use crate::failed;

/// What to do.
#[derive(Arguments)]
pub struct Args {
    /// The extract: CSV or XLSX.
    file: PathBuf,
    /// The day, as YYYY-MM-DD.
    #[arg(long)]
    as_of: NaiveDate,
    /// Folder for report.json, letters.pdf, manifest.csv and emails/.
    #[arg(long)]
    out: PathBuf,
    /// FIELD=COLUMN[:VALUE=TO,...,*=TO]; once for each field.
    #[arg(long = "map", value_name = "MAP")]
    maps: Vec<String>,
    /// mdy, dmy or ymd; settled from the whole column if not given.
    #[arg(long)]
    date_order: Option<DateOrder>,
    /// Currency of rows that name none.
    #[arg(long)]
    currency: Option<Currency>,
}

/// Does it; exit 1 when the file can't be imported.
pub fn run(args: Args) -> ExitCode {
    let maps = match args.maps.iter().map(|text| parse_map(text)).collect::<Result<Vec<_>, _>>() {
        Ok(maps) => maps,
        Err(error) => return failed(error),
    };
    let options = Options {
        maps,
        date_order: args.date_order,
        decimal: None,
        currency: args.currency,
        extract_date: Some(args.as_of),
    };
    let report = args.out.join("report.json");
    let order = DayOrder { file: args.file, as_of: args.as_of, out: args.out, options };
    match app::day::run(&order) {
        Ok(true) => {
            println!("{}", report.display());
            ExitCode::SUCCESS
        }
        Ok(false) => failed(format!("The file can't be imported; the problems are listed in {}", report.display())),
        Err(error) => failed(format!("{} {}", error.message, error.remedy)),
    }
}
