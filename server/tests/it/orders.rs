//! Service orders: a request waits for the payments, a payment stops it, and it is checked again when
//! it is handed out.

use chrono::{DateTime, TimeDelta, Utc};
use domain::facts::Facts;
use domain::ids::OrderId;
use domain::row::{OnAccount, Row};
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit::day;
use domain::treatment::StepTaken;
use protocol::{Act, CommandResult, Json};
use server::db::Run as _;
use server::history::Filter;
use server::orders::{self, OrderLine, Which};
use server::records::{self, Image};
use server::supervise::import::{How, import};
use server::supervise::payments;
use server::supervise::watch::audit;
use uuid::Uuid;

use crate::scene::{Device, Scene};
use crate::work::{flags, refused, rows, wire};

/// A suspension asked for on a device.
async fn ask(device: &Device, seq: u64, of: &Facts, approval: bool) -> CommandResult {
    let approval = approval.then(|| domain::compliance::Approval {
        by: "Supervisor".to_owned(),
        reason: String::new(),
        at: domain::testkit::now(),
    });
    let (account, service) = (of.account.id, of.services[0].id);
    let order = ServiceOrder { id: OrderId(Uuid::now_v7()), account, service, kind: OrderKind::Suspend, approval };
    let mut envelope = device.envelope(seq, account, crate::work::note(""));
    envelope.act = Json::of(&Act::Order { order }).unwrap();
    device.push(&[envelope]).await.unwrap().results.remove(0)
}

impl Scene {
    /// An account whose service may be suspended: its final notice went out in time.
    async fn ripe(&self, number: u32) -> (Facts, Device) {
        let one = self.accounts(number..number + 1).await.remove(0);
        let steps = vec![StepTaken::new(None, "Final notice", day(2026, 2, 23))];
        let row = Row::Steps(OnAccount { account: one.account.id, of: steps });
        let image = Image::of(&row, Some(one.customer.id), false).unwrap();
        records::put(&self.app.db.conn().await.unwrap(), self.org, &[image]).await.unwrap();
        let device = self.specialist(&format!("user{number}"), &[one.customer.id]).await;
        (one, device)
    }

    async fn order(&self) -> OrderLine {
        orders::all(&self.app, self.org, "").await.unwrap().remove(0)
    }

    /// Up to when payments are known.
    async fn known(&self) -> Option<DateTime<Utc>> {
        let row = self.app.db.conn().await.unwrap().row("SELECT payments_until FROM org", &[]).await.unwrap();
        row.unwrap().get(0)
    }

    /// An extract with payments complete up to so many minutes from the scene's moment.
    async fn payments(&self, of: &Facts, until_minutes: i64) {
        let until = self.app.now() + TimeDelta::minutes(until_minutes);
        let how = How { payments_until: Some(until), ..How::default() };
        import(&self.app, self.org, "billing", &wire(&rows(of)), how).await.unwrap();
    }
}

/// All of it is paid, by the billing system's word.
fn paid(of: &Facts) -> Facts {
    let mut paid = of.clone();
    for invoice in &mut paid.invoices {
        invoice.applied = invoice.amount.amount;
    }
    paid
}

#[tokio::test]
async fn a_suspension_waits_for_the_payments_and_is_handed_out_once() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    assert_eq!(refused(&ask(&device, 1, &one, true).await), "SYN-2", "an approval is not brought along");
    let (_, cursor) = device.snapshot().await;
    assert!(flags(&ask(&device, 2, &one, false).await).is_empty());
    assert_eq!(orders::release(&scene.app, scene.org).await.unwrap(), 0, "no payments were ever imported");
    scene.payments(&one, -1).await;
    let order = scene.order().await;
    assert_eq!(order.state, "requested");
    assert!(order.why.contains("before it was asked for"), "{}", order.why);
    assert!(orders::dispatch(&scene.app, scene.org).await.unwrap().is_empty());

    scene.wait(TimeDelta::minutes(10));
    scene.payments(&one, 0).await;
    assert_eq!(scene.order().await.state, "released", "the import itself released it");
    assert!(ask(&device, 3, &one, false).await.outcome.is_accepted());
    assert_eq!(orders::all(&scene.app, scene.org, "").await.unwrap().len(), 1, "asked twice, ordered once");
    let out = orders::dispatch(&scene.app, scene.org).await.unwrap();
    assert_eq!((out.len(), out[0].kind.as_str()), (1, "suspend"));
    assert!(orders::dispatch(&scene.app, scene.org).await.unwrap().is_empty(), "handed out once");

    let page = device.page(cursor).await;
    let kinds: Vec<String> = page
        .transactions
        .iter()
        .flat_map(|one| &one.rows)
        .filter_map(|row| match row.read().unwrap() {
            Row::History(entry) => Some(entry.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["order.requested", "order.released", "order.requested", "order.dispatched"]);
}

#[tokio::test]
async fn whoever_paid_is_not_cut_however_late_the_banks_file_comes() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    ask(&device, 1, &one, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&paid(&one), 0).await;
    let order = scene.order().await;
    assert_eq!(order.state, "refused", "the payment came with the same file: {}", order.why);

    // Released in the morning, paid by noon, handed out in the afternoon.
    let (two, device) = scene.ripe(2).await;
    ask(&device, 1, &two, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&two, 0).await;
    assert_eq!(scene.order().await.state, "released");
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&paid(&two), 0).await;
    assert!(orders::dispatch(&scene.app, scene.org).await.unwrap().is_empty(), "checked again");
    assert_eq!(scene.order().await.state, "refused");

    // Released, and then no payments for two days: not handed out on what was known then.
    let (three, device) = scene.ripe(3).await;
    ask(&device, 1, &three, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&three, 0).await;
    scene.wait(TimeDelta::hours(25));
    assert!(orders::dispatch(&scene.app, scene.org).await.unwrap().is_empty());
    let order = scene.order().await;
    assert_eq!(order.state, "released", "it waits: {}", order.why);
    scene.wait(TimeDelta::hours(-1));
    scene.payments(&three, 0).await;
    assert_eq!(orders::dispatch(&scene.app, scene.org).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_for_the_hour_goes_then_and_two_servers_release_once() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    // Night in Boise.
    scene.wait(TimeDelta::hours(9));
    ask(&device, 1, &one, false).await;
    scene.wait(TimeDelta::minutes(1));
    scene.payments(&one, 0).await;
    let order = scene.order().await;
    assert_eq!(order.state, "requested", "not at this hour: {}", order.why);
    scene.wait(TimeDelta::hours(15));
    let beside = scene.second_server();
    let (first, second) = tokio::join!(orders::release(&scene.app, scene.org), orders::release(&beside, scene.org));
    assert_eq!(first.unwrap() + second.unwrap(), 1);
    assert_eq!(scene.order().await.state, "released");
    let supervisor = orders::list(&scene.app, &scene.supervisor(), &Which::default()).await.unwrap();
    assert_eq!(supervisor.len(), 1);
    assert!(orders::list(&scene.app, &device.caller(), &Which::default()).await.is_err(), "not for specialists");
}

#[tokio::test]
async fn an_order_for_what_is_not_there_is_refused_on_the_spot() {
    let scene = Scene::new().await;
    let (mut one, device) = scene.ripe(1).await;
    one.services[0].id = domain::ids::ServiceId::derive("billing", "another's");
    assert_eq!(refused(&ask(&device, 1, &one, false).await), "SYN-10");
}

#[tokio::test]
async fn what_is_handed_out_is_what_was_moved_however_many_orders_there_are() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    ask(&device, 1, &one, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&one, 0).await;
    // A thousand that were handed out before, all of them asked for later.
    let conn = scene.app.db.conn().await.unwrap();
    let before = "INSERT INTO service_order (org_id, order_id, customer, account, service, kind, requested_by,
        requested_at, state, state_at)
      SELECT org_id, gen_random_uuid(), customer, account, 'S' || n, kind, requested_by,
        requested_at + interval '1 minute', 'dispatched', state_at FROM service_order, generate_series(1, 1000) AS n";
    assert_eq!(conn.run(before, &[]).await.unwrap(), 1_000);
    let out = orders::dispatch(&scene.app, scene.org).await.unwrap();
    assert_eq!(out.len(), 1, "marked as handed out, so it must be handed out");
    assert_eq!((out[0].account, out[0].state.as_str()), (one.account.id, "dispatched"));

    let every = orders::all(&scene.app, scene.org, "dispatched").await.unwrap();
    assert_eq!((every.len(), every.last()), (1_001, Some(&out[0])), "the list goes on to the oldest");
    let list = async |state: &str, after: Option<Uuid>| {
        let which = Which { state: state.to_owned(), after };
        orders::list(&scene.app, &scene.supervisor(), &which).await
    };
    let first = list("", None).await.unwrap();
    let rest = list("", first.last().map(|line| line.order)).await.unwrap();
    assert_eq!([first, rest].concat(), every, "two pages, each order once");
    assert!(list("refused", None).await.unwrap().is_empty());
    assert!(list("", Some(Uuid::nil())).await.is_err(), "behind one that is not there");
}

#[tokio::test]
async fn payments_of_tomorrow_are_not_known_today_and_what_was_said_wrongly_is_put_back() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    ask(&device, 1, &one, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&one, 24 * 60).await;
    let now = scene.app.now();
    assert_eq!(scene.known().await, Some(now), "the server's own clock is the latest there is");
    scene.payments(&one, -60).await;
    assert_eq!(scene.known().await, Some(now), "an older file changes nothing");
    assert_eq!(scene.order().await.state, "released", "on the strength of it");

    let set = async |at| payments::set(&scene.app, scene.org, "operator", at).await;
    assert!(set(now + TimeDelta::minutes(1)).await.is_err(), "still to come");
    set(now - TimeDelta::hours(8)).await.unwrap();
    assert_eq!(scene.known().await, Some(now - TimeDelta::hours(8)));
    assert!(orders::dispatch(&scene.app, scene.org).await.unwrap().is_empty(), "not handed out on a wrong word");
    let filter = Filter { kind: Some("payments.".to_owned()), ..Filter::default() };
    let said = audit(&scene.app, &scene.supervisor(), &filter).await.unwrap();
    assert_eq!(said.iter().map(|line| line.entry.actor.as_str()).collect::<Vec<_>>(), ["operator", "billing"]);
}

#[tokio::test]
async fn a_file_in_parts_releases_with_its_last_part() {
    let scene = Scene::new().await;
    let (one, device) = scene.ripe(1).await;
    ask(&device, 1, &one, false).await;
    scene.wait(TimeDelta::minutes(10));
    scene.payments(&one, -30).await;
    let part = async |how: How| import(&scene.app, scene.org, "billing", &wire(&rows(&one)), how).await;
    let until = Some(scene.app.now());
    assert!(
        part(How { payments_until: until, more: true, ..How::default() }).await.is_err(),
        "not known before its end"
    );
    part(How { more: true, ..How::default() }).await.unwrap();
    assert_eq!(scene.order().await.state, "requested");
    part(How { payments_until: until, ..How::default() }).await.unwrap();
    assert_eq!(scene.order().await.state, "released");
}
