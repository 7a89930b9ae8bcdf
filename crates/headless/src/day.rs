//! `day FILE --as-of DATE --out DIR`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::day::DayOrder;
use chrono::NaiveDate;
use clap::Args as Arguments;
use domain::money::Currency;
use intake::cli::{Options, parse_map};
use intake::{DateOrder, DecimalMark};

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
    /// point or comma; settled from the whole column if not given.
    #[arg(long)]
    decimal: Option<DecimalMark>,
    /// Currency of rows that name none.
    #[arg(long)]
    currency: Option<Currency>,
}

/// Does it; exit 1 when the file can't be imported.
pub fn run(args: Args) -> ExitCode {
    let maps = match args.maps.iter().map(|text| parse_map(text)).collect::<Result<Vec<_>, _>>() {
        Ok(maps) => maps,
        Err(error) => return refused(&args.out, args.as_of, &error.to_string()),
    };
    let options = Options {
        maps,
        date_order: args.date_order,
        decimal: args.decimal,
        currency: args.currency,
        extract_date: Some(args.as_of),
    };
    let report = args.out.join("report.json");
    let order = DayOrder { file: args.file, as_of: args.as_of, out: args.out.clone(), options };
    match app::day::run(&order) {
        Ok(true) => {
            println!("{}", report.display());
            ExitCode::SUCCESS
        }
        Ok(false) => failed(format!("The file can't be imported; the problems are listed in {}", report.display())),
        Err(error) => refused(&args.out, args.as_of, &format!("{} {}", error.message, error.remedy)),
    }
}

/// Nothing was done: the report says why, for whoever reads only the folder.
fn refused(out: &Path, as_of: NaiveDate, why: &str) -> ExitCode {
    match app::day::refuse(out, as_of, why) {
        Ok(()) => failed(why),
        Err(error) => failed(format!("{why} {} {}", error.message, error.remedy)),
    }
}
