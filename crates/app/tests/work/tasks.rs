//! Follow-ups: snoozed, given to somebody, worked several at once, written as a calendar, and caught
//! up with after days away.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contract::{
    Act, ActAll, BulkAct, BulkFollowUps, BulkOutcome, DayPage, DayQuery, ErrorCode, Host as _, SaveCalendar,
};
use dunlin_app::Clock as _;

use crate::common::{Office, USER, assert_told};

fn schedule(office: &Office, number: &str, due: &str, what: &str, assignee: Option<&str>) {
    let act =
        Act::ScheduleFollowUp { due: due.to_owned(), what: what.to_owned(), assignee: assignee.map(str::to_owned) };
    office.act(number, act).expect("scheduled");
}

fn bulk(office: &Office, numbers: &[&str], act: BulkAct) -> BulkOutcome {
    let accounts = numbers.iter().map(|number| office.account(number)).collect();
    office.desk.bulk_follow_ups(BulkFollowUps { accounts, act }).expect("done")
}

fn open_tasks(office: &Office, number: &str) -> Vec<(String, String, Option<String>)> {
    office.view(number).follow_ups.into_iter().map(|one| (one.due, one.what, one.assignee)).collect()
}

fn whose(office: &Office, name: &str) -> DayPage {
    let query = DayQuery {
        kinds: vec!["follow_up".to_owned()],
        urgent: false,
        contactable: false,
        whose: name.to_owned(),
        text: String::new(),
        offset: 0,
        limit: 100,
    };
    office.desk.my_day(query).expect("my day")
}

fn numbers(page: &DayPage) -> Vec<&str> {
    let mut numbers: Vec<&str> = page.rows.iter().map(|row| row.number.as_str()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn several_accounts_are_moved_in_one_go_and_taken_back_in_one_go() {
    let office = Office::open();
    for number in ["A-1", "A-2", "A-3"] {
        schedule(&office, number, "2026-03-10", "Call again", None);
    }
    schedule(&office, "A-3", "2026-03-10", "Send the contract", None);
    schedule(&office, "A-4", "2026-03-20", "Later", None);
    let before = open_tasks(&office, "A-3");
    let outcome = bulk(&office, &["A-1", "A-3", "A-4"], BulkAct::Snooze { due: "2026-03-16".to_owned() });
    assert_eq!((outcome.done, outcome.undo.len()), (3, 3));
    assert_eq!(outcome.message, "3 follow-ups of 2 accounts moved to 2026-03-16.");
    assert_eq!(outcome.left_out.len(), 1);
    assert_eq!(outcome.left_out[0].examples, ["Sample Customer Four (A-4)"]);
    assert_told(
        &contract::ApiError::new(ErrorCode::Refused, outcome.left_out[0].why.clone(), "x"),
        "No follow-up is due",
    );
    assert!(open_tasks(&office, "A-3").iter().all(|(due, _, _)| due == "2026-03-16"));
    assert_eq!(open_tasks(&office, "A-4")[0].0, "2026-03-20", "not due, so it was left alone");
    assert_eq!(office.kind("A-1").as_deref(), Some("step_due"), "My day follows");
    let undone = office.desk.act_all(ActAll { acts: outcome.undo }).expect("undone");
    assert_eq!(undone.done, 3);
    assert_eq!(open_tasks(&office, "A-3"), before);

    let done = bulk(&office, &["A-1", "A-2", "A-3"], BulkAct::Done);
    assert_eq!(done.done, 4);
    assert!(open_tasks(&office, "A-3").is_empty());
    office.desk.act_all(ActAll { acts: done.undo }).expect("undone");
    let mut back = open_tasks(&office, "A-3");
    back.sort();
    assert_eq!(back, before.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
}

#[test]
fn a_wrong_day_changes_nothing_and_several_acts_are_all_or_none() {
    let office = Office::open();
    schedule(&office, "A-1", "2026-03-10", "Call again", None);
    schedule(&office, "A-2", "2026-03-10", "Call again", None);
    let past = bulk(&office, &["A-1", "A-2"], BulkAct::Snooze { due: "2026-03-01".to_owned() });
    assert_eq!((past.done, past.left_out[0].count), (0, 2));
    assert_eq!(past.message, "Nothing was changed.");
    let unread =
        BulkFollowUps { accounts: vec![office.account("A-1")], act: BulkAct::Snooze { due: "soon".to_owned() } };
    assert_eq!(office.desk.bulk_follow_ups(unread).expect_err("no day").field.as_deref(), Some("due"));
    let task = |number: &str| office.view(number).follow_ups[0].id.clone();
    let acts = vec![
        contract::ActRequest { account: office.account("A-1"), act: Act::CompleteFollowUp { follow_up: task("A-1") } },
        contract::ActRequest {
            account: office.account("A-2"),
            act: Act::SnoozeFollowUp { follow_up: task("A-2"), due: "2026-03-01".to_owned() },
        },
    ];
    office.desk.act_all(ActAll { acts }).expect_err("the second is refused");
    assert_eq!(open_tasks(&office, "A-1").len(), 1, "so the first did not happen either");
}

#[test]
fn a_follow_up_is_given_to_somebody_and_shows_in_their_list_only() {
    let office = Office::open();
    for number in ["A-1", "A-2", "A-3"] {
        schedule(&office, number, "2026-03-10", "Call again", None);
    }
    let outcome = bulk(&office, &["A-1", "A-2"], BulkAct::Assign { to: Some("Sam".to_owned()) });
    assert_eq!(outcome.message, "2 follow-ups of 2 accounts assigned to Sam.");
    let supervisor = bulk(&office, &["A-3"], BulkAct::Assign { to: Some("supervisor".to_owned()) });
    assert_eq!(supervisor.done, 1);
    assert_eq!(numbers(&whose(&office, "")), ["A-1", "A-2", "A-3"]);
    assert_eq!(numbers(&whose(&office, "Sam")), ["A-1", "A-2"]);
    assert_eq!(numbers(&whose(&office, "mine")), [""; 0], "a specialist has none of them");
    assert!(whose(&office, "").people.contains(&"Sam".to_owned()));
    assert_eq!(whose(&office, "Sam").rows[0].assignee.as_deref(), Some("Sam"));
    office.supervisor();
    assert_eq!(numbers(&whose(&office, "mine")), ["A-3"], "the role's");
    let own = bulk(&office, &["A-1"], BulkAct::Assign { to: Some(USER.to_owned()) });
    assert_eq!(numbers(&whose(&office, "mine")), ["A-1", "A-3"]);
    office.desk.act_all(ActAll { acts: own.undo }).expect("undone");
    assert_eq!(numbers(&whose(&office, "Sam")), ["A-1", "A-2"]);
    let free = bulk(&office, &["A-1", "A-2"], BulkAct::Assign { to: None });
    assert_eq!(free.done, 2);
    assert_eq!(numbers(&whose(&office, "mine")), ["A-1", "A-2", "A-3"]);
    let again = bulk(&office, &["A-3"], BulkAct::Assign { to: Some("supervisor".to_owned()) });
    assert!(again.left_out[0].why.contains("assigned to supervisor already"), "{:?}", again.left_out);
    schedule(&office, "A-5", "2026-03-10", "Welcome call", Some("Sam"));
    assert_eq!(numbers(&whose(&office, "Sam")), ["A-5"]);
}

#[test]
fn the_calendar_has_tasks_and_promises_and_names_nobody_unless_asked() {
    let office = Office::open();
    schedule(&office, "A-1", "2026-03-12", "Call again", None);
    schedule(&office, "A-2", "2026-03-13", "Send the contract", Some("Sam"));
    let promise = Act::RecordContact {
        medium: "call".to_owned(),
        direction: "inbound".to_owned(),
        point: String::new(),
        disposition: "promise_to_pay".to_owned(),
        note: "told me a secret".to_owned(),
        promise_amount: Some("120.00".to_owned()),
        promise_currency: Some("USD".to_owned()),
        date: Some("2026-03-17".to_owned()),
    };
    office.act("A-1", promise).expect("promised");
    let path = office.path("tasks.ics");
    let ask = SaveCalendar { path: path.display().to_string(), whose: String::new(), names: false, start: None };
    let done = office.desk.save_calendar(ask.clone()).expect("written");
    assert!(done.message.starts_with("3 entries written to "), "{}", done.message);
    let text = std::fs::read_to_string(&path).expect("there").replace("\r\n ", "");
    assert!(text.contains("SUMMARY:Promise to pay due\\, $120.00: account A-1"), "{text}");
    assert!(text.contains("SUMMARY:Send the contract: account A-2"));
    assert!(!text.contains("Sample Customer") && !text.contains("secret") && !text.contains("208"), "{text}");
    let named = SaveCalendar { names: true, whose: "Sam".to_owned(), start: Some("09:00".to_owned()), ..ask.clone() };
    assert!(office.desk.save_calendar(named).expect("written").message.starts_with("1 entry"));
    let text = std::fs::read_to_string(&path).expect("there");
    assert!(text.contains("Sample Customer Two (A-2)") && text.contains("DTSTART:20260313T090000Z"), "{text}");
    let wrong = SaveCalendar { start: Some("nine".to_owned()), ..ask.clone() };
    assert_eq!(office.desk.save_calendar(wrong).expect_err("no time").field.as_deref(), Some("start"));
    let nowhere = SaveCalendar { path: " ".to_owned(), ..ask };
    assert_eq!(office.desk.save_calendar(nowhere).expect_err("no path").field.as_deref(), Some("path"));
}

/// What the list holds of each account: shown, or beneath.
fn held(office: &Office) -> BTreeMap<String, Vec<String>> {
    let mut held: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in office.day().rows {
        let lines = held.entry(row.number).or_default();
        lines.push(row.why);
        lines.extend(row.also);
        lines.sort();
    }
    held
}

/// Two specialists with the same accounts: one opens every day, the other comes back after `away`.
#[test]
fn nothing_due_is_dropped_or_doubled_after_days_away() {
    for away in [1, 4, 9, 30] {
        let (daily, absent) = (Office::open(), Office::open());
        for office in [&daily, &absent] {
            for (offset, number) in ["A-1", "A-2", "A-3", "A-5"].into_iter().enumerate() {
                for turn in 0..3 {
                    let due =
                        office.clock.today() + TimeDelta::days(2 + 4 * turn + i64::try_from(offset).expect("few"));
                    schedule(office, number, &due.to_string(), &format!("Task {turn} of {number}"), None);
                }
            }
            let promise = Act::RecordContact {
                medium: "call".to_owned(),
                direction: "inbound".to_owned(),
                point: String::new(),
                disposition: "promise_to_pay".to_owned(),
                note: String::new(),
                promise_amount: Some("80.00".to_owned()),
                promise_currency: Some("USD".to_owned()),
                date: Some("2026-03-12".to_owned()),
            };
            office.act("A-2", promise).expect("promised");
        }
        for _ in 0..away {
            daily.clock.forward(TimeDelta::days(1));
            daily.day();
        }
        absent.clock.forward(TimeDelta::days(away));
        let (one, other) = (held(&daily), held(&absent));
        assert_eq!(one, other, "{away} days away");
        let today = absent.clock.today();
        for number in ["A-1", "A-2", "A-3", "A-5"] {
            for task in absent.view(number).follow_ups {
                let listed = other.get(number).into_iter().flatten().filter(|line| line.contains(&task.what)).count();
                let due = task.due.parse::<chrono::NaiveDate>().expect("a day") <= today;
                assert_eq!(listed, usize::from(due), "{} of {number}, due {}", task.what, task.due);
            }
        }
        let order = |office: &Office| office.day().rows.into_iter().map(|row| row.number).collect::<Vec<_>>();
        assert_eq!(order(&daily), order(&absent), "and in the same order");

        // Worked off, oldest first, each is gone for good and the next comes up.
        let mut left: usize = other.values().flatten().filter(|line| line.contains("Task ")).count();
        while let Some(task) = absent.view("A-1").follow_ups.into_iter().find(|task| task.due <= today.to_string()) {
            absent.act("A-1", Act::CompleteFollowUp { follow_up: task.id }).expect("done");
            left -= 1;
            let now: usize = held(&absent).values().flatten().filter(|line| line.contains("Task ")).count();
            assert_eq!(now, left);
        }
    }
}
