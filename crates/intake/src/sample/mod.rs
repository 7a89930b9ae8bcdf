//! A made-up telecommunications portfolio for demonstration, tests and benches: consumers and
//! businesses in every zone of the United States, billed monthly, paying as people do. Numbers are
//! 555-01xx and addresses example.com, .net and .org, so nobody is ever reached.

mod billing;
mod csv;
mod names;
mod random;

use chrono::{Days, NaiveDate};
use domain::account::{Account, Address, ContactPoint, Customer, CustomerKind, Mode, PointKind, Service, ServiceState};
use domain::ids::{AccountId, CustomerId, ServiceId};
use domain::money::Currency;
use rayon::prelude::*;

use crate::batch::Batch;
use crate::describe::point_id;
use crate::mapping::FileKind;

use billing::{Behaviour, Billed, Plan, bill};
use random::Random;

pub use csv::to_csv;

/// Name of the made-up billing system.
pub const SOURCE: &str = "sample";

/// What is made for one account.
struct Made {
    customer: Option<Customer>,
    account: Account,
    services: Vec<Service>,
    billed: Billed,
}

/// A portfolio of so many accounts with 3 to 24 invoices each and every payment as a row. The same
/// arguments give the same batch.
#[must_use]
pub fn portfolio(seed: u64, accounts: u32, as_of: NaiveDate) -> Batch {
    make(seed, accounts, None, as_of)
}

/// A large portfolio for benches: so many invoices on each account, settlement dates instead of
/// payment rows.
#[must_use]
pub fn bulk(seed: u64, accounts: u32, invoices_each: u32, as_of: NaiveDate) -> Batch {
    make(seed, accounts, Some(invoices_each), as_of)
}

fn make(seed: u64, accounts: u32, invoices: Option<u32>, as_of: NaiveDate) -> Batch {
    let made: Vec<Made> = (0..accounts).into_par_iter().map(|index| one(seed, index, invoices, as_of)).collect();
    let mut batch = Batch { source: SOURCE.to_owned(), kind: FileKind::Invoices, ..Batch::default() };
    for made in made {
        batch.customers.extend(made.customer);
        batch.accounts.push(made.account);
        batch.services.extend(made.services);
        batch.invoices.extend(made.billed.invoices);
        batch.payments.extend(made.billed.payments);
    }
    batch.rows = batch.invoices.len() as u64;
    batch.accepted = batch.rows;
    batch.sum_up();
    batch
}

/// Every twentieth account is the second of the business before it.
fn owner(index: u32) -> u32 {
    if index % 20 == 19 { index - 1 } else { index }
}

fn one(seed: u64, index: u32, invoices: Option<u32>, as_of: NaiveDate) -> Made {
    let mut random = Random::of(seed, u64::from(index));
    let owner = owner(index);
    let business = index % 20 >= 18 || random.percent(8);
    let customer_reference = format!("C{:06}", 100_000 + owner);
    let customer_id = CustomerId::derive(SOURCE, &customer_reference);
    let customer = (owner == index).then(|| customer(&mut random, customer_id, customer_reference, business));
    let reference = format!("{:08}", 20_000_000 + index);
    let autopay = random.percent(28);
    let months = invoices.unwrap_or_else(|| random.between(3, 24));
    let account = Account {
        id: AccountId::derive(SOURCE, &reference),
        customer: customer_id,
        reference,
        mode: Mode::FirstParty,
        creditor: "Shorebird Telecom".to_owned(),
        segment: if business && random.percent(15) { "key account" } else { "standard" }.to_owned(),
        opened: as_of.checked_sub_days(Days::new(u64::from(months) * 31 + u64::from(random.between(20, 900)))),
        closed: None,
        autopay,
        paperless: autopay || random.percent(35),
    };
    let behaviour = Behaviour::draw(&mut random, autopay);
    let charge = if business { random.between(18_000, 240_000) } else { random.between(4_500, 19_000) };
    let plan = Plan {
        behaviour,
        months,
        charge: i64::from(charge),
        terms: if business { 30 } else { 21 },
        payments: invoices.is_none(),
        currency: Currency::USD,
    };
    let billed = bill(&mut random, &account, &plan, as_of);
    let services = services(&mut random, &account, business, behaviour);
    Made { customer, account, services, billed }
}

fn customer(random: &mut Random, id: CustomerId, reference: String, business: bool) -> Customer {
    let (first, last) = names::person(random);
    let person = format!("{first} {last}");
    let name = if business { names::business(random) } else { person.clone() };
    let (city, state, zip, area) = *random.pick(names::PLACES);
    let (lines, mut points) = (names::street(random), Vec::new());
    let mut add = |kind, value: String| {
        points.push(ContactPoint {
            id: point_id(SOURCE, id, kind, &value),
            kind,
            value,
            label: person.clone(),
            source: SOURCE.to_owned(),
            bad: false,
            opted_out: false,
            consented: false,
        });
    };
    let number = random.between(0, 99);
    let kind = if business || random.percent(30) { PointKind::Phone } else { PointKind::Mobile };
    add(kind, format!("{area}-555-01{number:02}"));
    if random.percent(82) {
        let host = random.pick(&["example.com", "example.net", "example.org"]);
        let user = format!("{first}.{last}.{}", &reference[1..]).to_lowercase();
        add(PointKind::Email, format!("{user}@{host}"));
    }
    Customer {
        id,
        reference,
        name,
        kind: if business { CustomerKind::Business } else { CustomerKind::Consumer },
        address: Address {
            lines,
            city: city.to_owned(),
            state: state.to_owned(),
            zip: zip.to_owned(),
            country: String::new(),
        },
        zones: Vec::new(),
        points,
    }
}

fn services(random: &mut Random, account: &Account, business: bool, behaviour: Behaviour) -> Vec<Service> {
    let products: &[&str] = if business {
        &["Ethernet 500", "SIP Trunk 24", "Managed Firewall", "Internet 1000"]
    } else {
        &["Internet 300", "Internet 1000", "Mobile Unlimited", "Voice", "TV Select"]
    };
    let count = random.between(1, 3);
    (0..count)
        .map(|index| {
            let product = random.pick(products);
            let identifier = format!("{}-{:02}", account.reference, index + 1);
            let suspended = behaviour == Behaviour::Broken && random.percent(40);
            Service {
                id: ServiceId::derive(SOURCE, &identifier),
                account: account.id,
                product: product.to_owned(),
                identifier,
                state: if suspended { ServiceState::Suspended } else { ServiceState::Active },
            }
        })
        .collect()
}
