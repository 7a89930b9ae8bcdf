//! Lists, filters, search and account pages at the command boundary, beside the same questions put
//! to a plain SQLite file in SQL, on one thread of this process.

use std::time::{Duration, Instant};

use app::Desk;
use contract::{AccountRef, AccountsQuery, ApiError, DayQuery, Host, SearchQuery, TimelineQuery};
use store::measure::{Pair, Side};
use store::{AccountSort, StoreError};

use super::Failure;
use super::scene::said;
use super::table::{Row, Times, over, time};

/// A frame of the window.
const FRAME: Duration = Duration::from_millis(16);
const BAR: &str = "p99 <= 16 ms";

/// Names, numbers and accounts taken from the list itself.
struct Known {
    names: Vec<String>,
    numbers: Vec<String>,
    accounts: Vec<String>,
}

/// The rows on lists.
pub fn rows(desk: &Desk, pair: &Pair, accounts: u32) -> Result<Vec<Row>, Failure> {
    let known = known(desk, accounts)?;
    let mut rows = first_uses(desk)?;
    rows.push(sorted(desk, pair, accounts)?);
    rows.push(filtered(desk, pair, &known)?);
    rows.push(day(desk, pair, &known)?);
    rows.push(contactable(desk)?);
    rows.push(search(desk, pair, &known)?);
    rows.extend(opened(desk, &known)?);
    Ok(rows)
}

fn list(sort: &str, offset: u32) -> AccountsQuery {
    AccountsQuery {
        text: String::new(),
        past_due: false,
        currency: None,
        min_amount: None,
        min_days: None,
        sort: sort.to_owned(),
        descending: true,
        offset,
        limit: 50,
    }
}

fn day_query() -> DayQuery {
    DayQuery {
        kinds: Vec::new(),
        urgent: false,
        contactable: false,
        whose: String::new(),
        text: String::new(),
        offset: 0,
        limit: 50,
    }
}

fn known(desk: &Desk, accounts: u32) -> Result<Known, Failure> {
    let mut known = Known { names: Vec::new(), numbers: Vec::new(), accounts: Vec::new() };
    for part in 0..8 {
        let page = desk.accounts(list("number", accounts / 8 * part)).map_err(said)?;
        for row in page.rows.into_iter().step_by(2) {
            known.names.push(row.customer);
            known.numbers.push(row.number);
            known.accounts.push(row.account);
        }
    }
    Ok(known)
}

/// What each list costs when it is first asked for: the board is loaded, the order made.
fn first_uses(desk: &Desk) -> Result<Vec<Row>, Failure> {
    // A plan afresh forgets the boards.
    desk.replan(contract::JobRef { job: "forget".to_owned() }).map_err(said)?;
    let accounts = timed(&[list("past_due", 0)], |query| desk.accounts(query.clone()).map(drop))?;
    let name = timed(&[list("name", 0)], |query| desk.accounts(query.clone()).map(drop))?;
    let day = timed(&[day_query()], |query| desk.my_day(query.clone()).map(drop))?;
    Ok(vec![
        Row::new("accounts, first use after an import", time(accounts.median())),
        Row::new("accounts, first sort by name", time(name.median())),
        Row::new("My day, first page after a plan", time(day.median())),
    ])
}

fn timed<Q>(queries: &[Q], ask: impl Fn(&Q) -> Result<(), ApiError>) -> Result<Times, Failure> {
    let mut times = Vec::with_capacity(queries.len());
    for query in queries {
        let start = Instant::now();
        ask(query).map_err(said)?;
        times.push(start.elapsed());
    }
    Ok(Times::new(times))
}

fn timed_peer<Q>(queries: &[Q], ask: impl Fn(&Q) -> Result<usize, StoreError>) -> Result<Times, Failure> {
    let mut times = Vec::with_capacity(queries.len());
    for query in queries {
        let start = Instant::now();
        ask(query)?;
        times.push(start.elapsed());
    }
    Ok(Times::new(times))
}

fn beside(what: &str, ours: &Times, peer: &Times, name: &str) -> Row {
    let (worst, theirs) = (ours.percentile(99), peer.percentile(99));
    Row::new(what, ours.spread())
        .peer(format!("{} {name}", peer.spread()))
        .ratio(over(worst, theirs))
        .bar(BAR, worst <= FRAME)
}

fn alone(what: &str, ours: &Times) -> Row {
    Row::new(what, ours.spread()).bar(BAR, ours.percentile(99) <= FRAME)
}

fn sorted(desk: &Desk, pair: &Pair, accounts: u32) -> Result<Row, Failure> {
    let sorts = ["name", "number", "open", "oldest", "past_due"];
    // The first use of each order was told apart.
    timed(&sorts, |sort| desk.accounts(list(sort, 0)).map(drop))?;
    let mut queries = Vec::new();
    for turn in 0..40 {
        for sort in sorts {
            let descending = turn % 2 == 0;
            queries.push(AccountsQuery { descending, ..list(sort, accounts / 40 * turn) });
        }
    }
    let ours = timed(&queries, |query| desk.accounts(query.clone()).map(drop))?;
    let same =
        [AccountSort::Name, AccountSort::Reference, AccountSort::Open, AccountSort::Oldest, AccountSort::PastDue];
    let peer = timed_peer(&same, |sort| pair.list_by_sql(*sort, "", 0, accounts as usize / 2))?;
    Ok(beside("accounts, sorted by any column, any page", &ours, &peer, "SQL, plain"))
}

fn filtered(desk: &Desk, pair: &Pair, known: &Known) -> Result<Row, Failure> {
    let words: Vec<&str> = known.names.iter().filter_map(|name| name.split(' ').next_back()).collect();
    let mut queries = Vec::new();
    for (turn, word) in words.iter().enumerate() {
        let text = (*word).to_owned();
        queries.push(match turn % 4 {
            0 => AccountsQuery { text, ..list("name", 0) },
            1 => AccountsQuery { text, past_due: true, ..list("past_due", 0) },
            2 => AccountsQuery { past_due: true, min_amount: Some("500".to_owned()), ..list("oldest", 100) },
            _ => AccountsQuery { min_days: Some(60), currency: Some("USD".to_owned()), ..list("open", 0) },
        });
    }
    let ours = timed(&queries, |query| desk.accounts(query.clone()).map(drop))?;
    let few: Vec<&str> = words.iter().copied().take(20).collect();
    let peer = timed_peer(&few, |word| pair.list_by_sql(AccountSort::PastDue, word, 1, 0))?;
    Ok(beside("accounts, filtered by text, amount, age", &ours, &peer, "SQL, plain"))
}

fn day(desk: &Desk, pair: &Pair, known: &Known) -> Result<Row, Failure> {
    let kinds = desk.my_day(day_query()).map_err(said)?.kinds;
    let mut queries = Vec::new();
    for (turn, name) in known.names.iter().enumerate() {
        let turn = u32::try_from(turn)?;
        queries.push(DayQuery { offset: turn * 50, ..day_query() });
        queries.push(DayQuery { urgent: true, offset: turn, ..day_query() });
        queries.push(DayQuery { text: name.split(' ').next().unwrap_or_default().to_owned(), ..day_query() });
        if let Some(kind) = kinds.get(turn as usize % kinds.len().max(1)) {
            queries.push(DayQuery { kinds: vec![kind.kind.clone()], ..day_query() });
        }
    }
    let ours = timed(&queries, |query| desk.my_day(query.clone()).map(drop))?;
    let offsets: Vec<usize> = (0..50).map(|page| page * 50).collect();
    let peer = timed_peer(&offsets, |offset| pair.day_page(Side::Plain, *offset))?;
    // Ours also looks at 50 accounts' fresh facts, for the verdicts on contact.
    Ok(beside("My day, any page and filter, contact verdicts", &ours, &peer, "its rows only, plain"))
}

fn contactable(desk: &Desk) -> Result<Row, Failure> {
    let queries: Vec<DayQuery> =
        (0..10).map(|page| DayQuery { contactable: true, offset: page * 50, ..day_query() }).collect();
    Ok(alone("My day, only who may be contacted now", &timed(&queries, |query| desk.my_day(query.clone()).map(drop))?))
}

fn search(desk: &Desk, pair: &Pair, known: &Known) -> Result<Row, Failure> {
    let start = |text: &str, letters: usize| text.chars().take(letters).collect::<String>();
    let mut texts: Vec<String> = ["a", "9", "example", "boise", "555 01", "555-0199"].map(str::to_owned).to_vec();
    for (name, number) in known.names.iter().zip(&known.numbers) {
        texts.extend([start(name, 3), name.clone(), start(number, 5), number.clone(), format!("{number}-26")]);
    }
    let ours = timed(&texts, |text| desk.search(SearchQuery { text: text.clone(), limit: 20 }).map(drop))?;
    let peer = timed_peer(&texts, |text| pair.search(Side::Plain, text))?;
    Ok(beside("search by name, number, phone, invoice", &ours, &peer, "FTS5, plain"))
}

fn opened(desk: &Desk, known: &Known) -> Result<[Row; 2], Failure> {
    let account = timed(&known.accounts, |id| desk.account(AccountRef { account: id.clone() }).map(drop))?;
    let timeline = timed(&known.accounts, |id| {
        desk.timeline(TimelineQuery { account: id.clone(), offset: 0, limit: 50 }).map(drop)
    })?;
    Ok([alone("one account, whole", &account), alone("one account's timeline", &timeline)])
}
