//! What an operator does from the command line: organisations, users, extracts, backups.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};
use domain::money::Currency;
use intake::cli::{Options, parse_map};
use intake::{DateOrder, DecimalMark};
use server::app::App;
use server::auth::{self, NewPerson, Role};
use server::db::Run as _;
use server::error::ServerError;
use server::supervise::assign::{self, Assign};
use server::supervise::extract::{self, Extract};
use server::supervise::import::{How, import};
use server::supervise::payments;
use server::{history, migrate, orders, params, retention};
use uuid::Uuid;

/// Who the history names for what is done here.
const OPERATOR: &str = "operator";

/// The sample portfolio is the same for everybody.
const SAMPLE_SEED: u64 = 1;

/// What can be done. ORG is an organisation's short name.
#[derive(Subcommand)]
pub enum Operate {
    /// Brings the database to this program's schema.
    Migrate,
    /// A new organisation, with its short name.
    AddOrg { org: String, name: Vec<String> },
    /// A new user: specialist, supervisor, administrator or auditor.
    AddUser {
        org: String,
        login: String,
        role: String,
        name: Vec<String>,
        /// By which the organisation's sign-in provider knows them.
        #[arg(long)]
        email: Option<String>,
    },
    /// Links a user to the sign-in provider's subject, whatever address it has.
    Link { org: String, login: String, subject: String },
    /// A one-time enrolment code, shown once.
    Code { org: String, login: String },
    /// A new password for who forgot theirs, shown once; a lock ends.
    NewPassword { org: String, login: String },
    /// Ends a user's access.
    Disable { org: String, login: String },
    /// Ends a device's access, for good.
    Revoke { org: String, device: Uuid, why: Vec<String> },
    /// Takes in a billing extract: CSV or XLSX, or .jsonl with one row of the protocol a line.
    Import(ImportArgs),
    /// The made-up portfolio, with so many accounts, to try things with.
    ImportSample { org: String, accounts: u32 },
    /// Gives customers to a user, by their references; `all` gives every customer.
    Assign { org: String, login: String, customers: Vec<String> },
    /// Gives a user all that another one works, who then works none of it; for who left, too.
    TakeOver { org: String, login: String, from: String },
    /// Puts right up to when payments are known (RFC 3339), where an import said it wrongly; earlier or later, never
    /// beyond now.
    PaymentsUntil { org: String, moment: DateTime<Utc> },
    /// Service orders that were released, checked once more and handed out now: one JSON object a line, for
    /// the billing system. What was handed out before is not handed out again.
    Dispatch { org: String },
    /// Service orders and how far they are; a state: requested, released, dispatched, refused.
    Orders {
        org: String,
        #[arg(default_value = "")]
        state: String,
    },
    /// The organisation's number; write it down before a backup.
    Seq { org: String },
    /// Everything up to that number is in a backup.
    BackedUp { org: String, seq: i64 },
    /// After a restore: begins a new epoch for every organisation.
    Restored,
    /// Forgets the feed but its last transactions.
    Prune { org: String, keep: i64 },
    /// Recomputes the audit's chain.
    Verify { org: String },
}

/// An extract and how to read it.
#[derive(Args)]
pub struct ImportArgs {
    org: String,
    file: PathBuf,
    /// Name of the billing system; part of every row's identity.
    #[arg(long, default_value = "billing")]
    source: String,
    /// FIELD=COLUMN[:VALUE=TO,...,*=TO]; once for each field. What is needed and not given is proposed.
    #[arg(long = "map", value_name = "MAP")]
    maps: Vec<String>,
    /// A mapping saved as JSON, instead of --map.
    #[arg(long, value_name = "FILE", conflicts_with = "maps")]
    mapping: Option<PathBuf>,
    /// mdy, dmy or ymd; settled from the whole column if not given.
    #[arg(long)]
    date_order: Option<DateOrder>,
    /// point or comma; settled from the whole column if not given.
    #[arg(long)]
    decimal: Option<DecimalMark>,
    /// Currency of rows that name none.
    #[arg(long)]
    currency: Option<Currency>,
    /// Day of the extract.
    #[arg(long)]
    as_of: Option<NaiveDate>,
    /// Payments are complete up to this moment (RFC 3339): suspensions may be released up to an age of it.
    #[arg(long)]
    payments_until: Option<DateTime<Utc>>,
    /// For the first load: no feed; whoever has rows already takes a fresh snapshot.
    #[arg(long)]
    fresh: bool,
}

/// Does it; what to say about it.
pub async fn operate(app: &Arc<App>, command: Operate) -> Result<String, ServerError> {
    let org = async |slug: &str| auth::org_by_slug(app, slug).await;
    if !matches!(command, Operate::Migrate) {
        migrate::check(&app.db).await?;
    }
    match command {
        Operate::Migrate => Ok(format!("{} migrations applied", migrate::migrate(&app.db).await?)),
        Operate::AddOrg { org, name } => Ok(auth::add_org(app, &org, &name.join(" ")).await?.to_string()),
        Operate::AddUser { org: slug, login, role, name, email } => {
            let new = NewPerson { login, name: name.join(" "), role: Role::of(&role)?, email };
            Ok(auth::add_person(app, org(&slug).await?, OPERATOR, &new).await?.to_string())
        }
        Operate::Link { org: slug, login, subject } => {
            let provider = app.providers.iter().find(|one| one.config.org == slug);
            let issuer = &provider.ok_or(ServerError::Missing("sign-in provider"))?.config.issuer;
            auth::link(app, org(&slug).await?, OPERATOR, &login, (issuer, &subject)).await?;
            Ok(format!("{login} is {subject} of {issuer}"))
        }
        Operate::Code { org: slug, login } => auth::new_code(app, org(&slug).await?, OPERATOR, &login).await,
        Operate::NewPassword { org: slug, login } => auth::new_password(app, org(&slug).await?, OPERATOR, &login).await,
        Operate::Disable { org: slug, login } => {
            auth::disable(app, org(&slug).await?, OPERATOR, &login).await?;
            Ok(format!("{login} has no access any more"))
        }
        Operate::Revoke { org: slug, device, why } => {
            auth::revoke(app, org(&slug).await?, OPERATOR, device, &why.join(" ")).await?;
            Ok(format!("{device} has no access any more"))
        }
        Operate::Import(args) => take_in(app, org(&args.org).await?, &args).await,
        Operate::ImportSample { org: slug, accounts } => {
            let batch = intake::sample::portfolio(SAMPLE_SEED, accounts.clamp(1, 100_000), app.now().date_naive());
            let how = How { payments_until: Some(app.now()), ..How::default() };
            let done = extract::store(app, org(&slug).await?, OPERATOR, batch, how).await?;
            Ok(format!("{} rows of the sample portfolio", done.changed))
        }
        Operate::Assign { org: slug, login, customers } => {
            let org = org(&slug).await?;
            let customers = assign::by_reference(app, org, &customers).await?;
            let mut added = 0;
            for some in customers.chunks(assign::MOST) {
                let change = Assign { login: login.clone(), add: some.to_vec(), ..Assign::default() };
                added += assign::assign_as(app, (org, OPERATOR), &change).await?.added;
            }
            Ok(format!("{added} customers were assigned"))
        }
        Operate::TakeOver { org: slug, login, from } => {
            let change = Assign { login: login.clone(), take_over_from: Some(from.clone()), ..Assign::default() };
            let done = assign::assign_as(app, (org(&slug).await?, OPERATOR), &change).await?;
            Ok(format!("{} customers left {from}; {} of them are new to {login}", done.removed, done.added))
        }
        Operate::PaymentsUntil { org: slug, moment } => {
            payments::set(app, org(&slug).await?, OPERATOR, moment).await?;
            Ok(format!("payments are known up to {}", moment.format("%Y-%m-%d %H:%M UTC")))
        }
        Operate::Dispatch { org: slug } => lines(&orders::dispatch(app, org(&slug).await?).await?),
        Operate::Orders { org: slug, state } => lines(&orders::all(app, org(&slug).await?, &state).await?),
        Operate::Seq { org: slug } => {
            let org = org(&slug).await?;
            let row = app.db.conn().await?.row("SELECT seq FROM org WHERE org_id = $1", params![org]).await?;
            Ok(row.map_or(0, |row| row.get::<_, i64>(0)).to_string())
        }
        Operate::BackedUp { org: slug, seq } => {
            let org = org(&slug).await?;
            let sql = "UPDATE org SET durable_seq = greatest(durable_seq, $2) WHERE org_id = $1 AND seq >= $2";
            match app.db.conn().await?.run(sql, params![org, seq]).await? {
                0 => {
                    Err(ServerError::Invalid(format!("{slug} is not at {seq} yet; give what seq said before the dump")))
                }
                _ => Ok(format!("what was decided up to {seq} is in a backup")),
            }
        }
        Operate::Restored => {
            let orgs = retention::restored(app).await?;
            Ok(format!("{orgs} organisations are in a new epoch"))
        }
        Operate::Prune { org: slug, keep } => {
            let floor = retention::prune(app, org(&slug).await?, keep).await?;
            Ok(format!("the feed begins after {floor}"))
        }
        Operate::Verify { org: slug } => {
            let conn = app.db.conn().await?;
            Ok(format!("{} entries, the chain holds", history::verify(&conn, org(&slug).await?).await?))
        }
    }
}

fn lines(orders: &[orders::OrderLine]) -> Result<String, ServerError> {
    let lines: Result<Vec<String>, _> = orders.iter().map(serde_json::to_string).collect();
    Ok(lines.map_err(|error| ServerError::Invalid(error.to_string()))?.join("\n"))
}

async fn take_in(app: &Arc<App>, org: Uuid, args: &ImportArgs) -> Result<String, ServerError> {
    let shown = args.file.display();
    let unreadable = |error: std::io::Error| ServerError::Invalid(format!("{shown}: {error}"));
    let bytes = std::fs::read(&args.file).map_err(unreadable)?;
    let how = How { payments_until: args.payments_until, fresh: args.fresh, more: false };
    let done = if args.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl")) {
        import(app, org, OPERATOR, &wire_rows(&args.file, &bytes)?, how).await?
    } else {
        let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mapping = mapping(args, &bytes, &name)?;
        let extract = Extract { bytes: &bytes, name: &name, mapping: &mapping };
        extract::take_in(app, org, OPERATOR, &extract, how).await?
    };
    Ok(format!("{} rows changed, {} were the same", done.changed, done.same))
}

fn mapping(args: &ImportArgs, bytes: &[u8], name: &str) -> Result<intake::Mapping, ServerError> {
    let wrong = |error: intake::IntakeError| ServerError::Invalid(format!("{error}"));
    if let Some(file) = &args.mapping {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ServerError::Invalid(format!("{}: {error}", file.display())))?;
        return serde_json::from_str(&text)
            .map_err(|error| ServerError::Invalid(format!("{}: {error}", file.display())));
    }
    let options = Options {
        maps: args.maps.iter().map(|text| parse_map(text)).collect::<Result<_, _>>().map_err(wrong)?,
        date_order: args.date_order,
        decimal: args.decimal,
        currency: args.currency,
        extract_date: args.as_of,
    };
    intake::cli::plan(bytes, name, &args.source, &options).map_err(wrong)
}

fn wire_rows(file: &Path, bytes: &[u8]) -> Result<Vec<protocol::WireRow>, ServerError> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| ServerError::Invalid(format!("{}: {error}", file.display())))?;
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| ServerError::Invalid(format!("{}, line {}: {error}", file.display(), at + 1)))
        })
        .collect()
}
