//! What a department sets for itself: texts, policy, settings; each wrong input named by its field.

use contract::{
    ErrorCode, Host as _, Nothing, PreviewTemplate, SavePolicy, SaveTemplate, SettingsView, TemplateRef, TemplateView,
};

use crate::common::{Office, USER, assert_told};

fn template(office: &Office, key: &str, channel: &str) -> TemplateView {
    let all = office.desk.templates(Nothing {}).expect("templates");
    all.into_iter().find(|one| one.key == key && one.channel == channel).expect("the template")
}

fn text(subject: &str, body: &str) -> SaveTemplate {
    SaveTemplate {
        key: "dunning_1".to_owned(),
        channel: "letter".to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn an_unknown_placeholder_is_refused_where_it_stands() {
    let office = Office::open();
    let before = template(&office, "dunning_1", "letter");
    let wrong = office
        .desk
        .save_template(text("Past due", "Dear {customer_name}:\n\nPay {amount_du} now."))
        .expect_err("unknown");
    assert_eq!((wrong.code, wrong.field.as_deref()), (ErrorCode::Invalid, Some("body")));
    assert_told(&wrong, "line 3, column 5");
    assert_told(&wrong, "amount_due");
    let empty = office.desk.save_template(text(" ", "Dear {customer_name}:")).expect_err("no subject");
    assert_eq!(empty.field.as_deref(), Some("subject"));
    let unknown = SaveTemplate { key: "poem".to_owned(), ..text("x", "y") };
    assert_eq!(office.desk.save_template(unknown).expect_err("no such kind").field.as_deref(), Some("key"));
    let unknown = SaveTemplate { channel: "fax".to_owned(), ..text("x", "y") };
    assert_eq!(office.desk.save_template(unknown).expect_err("no such channel").field.as_deref(), Some("channel"));
    assert_eq!(template(&office, "dunning_1", "letter"), before, "nothing was kept");
}

#[test]
fn a_changed_text_is_what_letters_say_until_it_is_reset() {
    let office = Office::open();
    let own = template(&office, "dunning_1", "email");
    assert!(!own.changed && !own.placeholders.is_empty());
    let changed = SaveTemplate {
        channel: "email".to_owned(),
        ..text("Heads up {account_number}", "{customer_name}, a zebra says {amount_due}.\n\n{disclosures}")
    };
    office.desk.save_template(changed.clone()).expect("kept");
    let kept = template(&office, "dunning_1", "email");
    assert!(kept.changed);
    assert_eq!((kept.subject.as_str(), kept.body.as_str()), (changed.subject.as_str(), changed.body.as_str()));
    assert!(!template(&office, "dunning_1", "letter").changed, "the letter has its own text");
    let typed = PreviewTemplate {
        key: changed.key.clone(),
        channel: changed.channel.clone(),
        subject: changed.subject,
        body: changed.body,
    };
    let shown = office.desk.preview_template(typed).expect("shown");
    assert!(shown.plain.contains("a zebra says $"), "{}", shown.plain);
    office.desk.reset_template(TemplateRef { key: changed.key, channel: changed.channel }).expect("reset");
    assert_eq!(template(&office, "dunning_1", "email"), own);
}

#[test]
fn every_text_as_shipped_can_be_looked_at() {
    let mut wrong = Vec::new();
    for mode in ["first_party", "third_party"] {
        let office = Office::empty();
        office.settings(|settings| mode.clone_into(&mut settings.mode));
        for one in office.desk.templates(Nothing {}).expect("templates") {
            let named = format!("{mode} {} {}", one.channel, one.key);
            let typed =
                PreviewTemplate { key: one.key, channel: one.channel.clone(), subject: one.subject, body: one.body };
            let shown = match office.desk.preview_template(typed) {
                Ok(shown) => shown,
                Err(error) => {
                    wrong.push(format!("{named}: {}", error.message));
                    continue;
                }
            };
            assert_eq!(shown.refusal, None, "{named}");
            if one.channel == "letter" {
                assert!(!shown.pages.is_empty(), "{named}");
            } else {
                assert!(!shown.plain.is_empty() && !shown.html.is_empty() && !shown.subject.is_empty(), "{named}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn policy(office: &Office) -> SavePolicy {
    let now = office.desk.policy(Nothing {}).expect("the policy");
    SavePolicy {
        effective_from: "2026-03-10".to_owned(),
        aging_bounds: now.aging_bounds,
        arrangement: now.arrangement,
        follow_up: now.follow_up,
        json: None,
    }
}

#[test]
fn only_a_supervisor_publishes_policy_and_every_version_stays() {
    let office = Office::open();
    let mut change = policy(&office);
    change.arrangement.max_installments = 2;
    change.aging_bounds = vec![15, 45];
    let refused = office.desk.save_policy(change.clone()).expect_err("a specialist");
    assert_eq!((refused.code, refused.supervisor), (ErrorCode::Refused, true));
    assert_told(&refused, "supervisor");
    let before = office.desk.policy(Nothing {}).expect("the policy");
    assert_eq!((before.version, before.arrangement.max_installments), (1, 6));
    office.supervisor();
    let published = office.desk.save_policy(change.clone()).expect("published");
    assert_eq!((published.version, published.arrangement.max_installments), (2, 2));
    assert!(published.versions.iter().any(|one| one.version == 2 && one.by == USER));
    assert_eq!(office.view("A-2").arrangement_limits.expect("limits").max_installments, 2);
    let labels: Vec<String> = office.view("A-2").aging[0].buckets.iter().map(|bucket| bucket.label.clone()).collect();
    assert!(labels.contains(&"1-15".to_owned()) && labels.contains(&"46+".to_owned()), "{labels:?}");
    // A later day's policy does not hold yet.
    change.effective_from = "2026-04-01".to_owned();
    change.arrangement.max_installments = 9;
    let present = office.desk.save_policy(change).expect("published");
    assert_eq!((present.version, present.arrangement.max_installments), (2, 2));
    office.clock.set("2026-04-01T18:00:00Z");
    assert_eq!(office.desk.policy(Nothing {}).expect("the policy").arrangement.max_installments, 9);
}

#[test]
fn a_policy_that_can_t_work_is_refused_by_its_field() {
    let office = Office::open();
    office.supervisor();
    let good = policy(&office);
    let wrong = |change: fn(&mut SavePolicy), field: &str| {
        let mut input = good.clone();
        change(&mut input);
        let error = office.desk.save_policy(input).expect_err(field);
        assert_eq!(error.field.as_deref(), Some(field), "{error:?}");
        assert!(!error.message.is_empty() && !error.remedy.is_empty());
    };
    wrong(|input| input.aging_bounds = vec![60, 30], "aging_bounds");
    wrong(|input| input.aging_bounds = Vec::new(), "aging_bounds");
    wrong(|input| input.arrangement.min_down_percent = "101".to_owned(), "min_down_percent");
    wrong(|input| input.arrangement.authority = "all".to_owned(), "authority");
    wrong(|input| input.arrangement.frequencies = Vec::new(), "frequencies");
    wrong(|input| input.arrangement.frequencies = vec!["daily".to_owned()], "frequencies");
    wrong(|input| input.effective_from = "soon".to_owned(), "effective_from");
    wrong(|input| input.json = Some("{".to_owned()), "json");
    wrong(|input| input.arrangement.min_installment = "-1".to_owned(), "min_installment");
    wrong(|input| input.arrangement.short_tolerance = "-1".to_owned(), "short_tolerance");
    assert_eq!(office.desk.policy(Nothing {}).expect("the policy").version, 1, "nothing was published");
}

#[test]
fn settings_are_checked_by_field_before_any_is_kept() {
    let office = Office::open();
    let before = office.desk.settings(Nothing {}).expect("settings");
    let wrong = |change: fn(&mut SettingsView), field: &str| {
        let mut view = before.clone();
        "Another name".clone_into(&mut view.company);
        change(&mut view);
        let error = office.desk.save_settings(view).expect_err(field);
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Invalid, Some(field)), "{error:?}");
        assert!(!error.message.is_empty() && !error.remedy.is_empty());
        assert_eq!(office.desk.settings(Nothing {}).expect("settings"), before);
    };
    wrong(|view| view.user = " ".to_owned(), "user");
    wrong(|view| view.mailer_id = "12345".to_owned(), "mailer_id");
    wrong(|view| view.mailer_id = "12345x".to_owned(), "mailer_id");
    wrong(|view| view.service_type = "30".to_owned(), "service_type");
    wrong(|view| view.return_address = vec!["line".to_owned(); 5], "return_address");
    wrong(|view| view.envelope = "round".to_owned(), "envelope");
    wrong(|view| view.logo = Some("bm90IGEgcGljdHVyZQ==".to_owned()), "logo");
    wrong(|view| view.role = "king".to_owned(), "role");
    wrong(|view| view.mode = "second_party".to_owned(), "mode");
    wrong(|view| view.theme = "pink".to_owned(), "theme");
    let mut good = before.clone();
    good.return_address = vec![" PO Box 7 ".to_owned(), String::new(), "Boise, ID 83701".to_owned()];
    good.lock_minutes = 5;
    office.desk.save_settings(good).expect("saved");
    let kept = office.desk.settings(Nothing {}).expect("settings");
    assert_eq!(
        (kept.return_address, kept.lock_minutes),
        (vec!["PO Box 7".to_owned(), "Boise, ID 83701".to_owned()], 5)
    );
}
