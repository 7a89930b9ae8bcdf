//! The texts a new installation starts with: calm, plain, and saying nothing that may turn out
//! untrue. A debt collector's first letter names no day to pay by, since the consumer's time to
//! dispute still runs then (12 CFR 1006.38(b)); its emails' subjects don't tell of a debt.

use super::Template;
use super::catalog::Kind;
use crate::account::Mode;
use crate::outbox::Channel;

/// Every built-in text: each kind, as letter and as email, in the creditor's own name and in a
/// collector's.
#[must_use]
pub fn builtins() -> Vec<Template> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for channel in [Channel::Letter, Channel::Email] {
            for mode in [Mode::FirstParty, Mode::ThirdParty] {
                all.push(builtin(kind, channel, mode));
            }
        }
    }
    all
}

/// One built-in text.
#[must_use]
pub fn builtin(kind: Kind, channel: Channel, mode: Mode) -> Template {
    let opening = match mode {
        Mode::FirstParty => first_party(kind),
        Mode::ThirdParty => third_party(kind),
    };
    let notice = kind == Kind::ValidationNotice && channel == Channel::Letter;
    let mut body = if notice { Vec::new() } else { vec!["Dear {customer_name}:"] };
    body.extend(opening);
    body.extend(match channel {
        Channel::Letter => ways_by_letter(kind),
        Channel::Email => ways_by_email(kind),
    });
    body.push("{disclosures}");
    if notice {
        // A prescribed form without closing: its first page also holds the part that comes back.
        return template(kind, channel, mode, &body);
    }
    body.push(match channel {
        Channel::Letter => "Sincerely,\n{sender_name}",
        Channel::Email => "Sincerely,\n{sender_name}\n{sender_address}\n{phone}",
    });
    template(kind, channel, mode, &body)
}

fn template(kind: Kind, channel: Channel, mode: Mode, body: &[&str]) -> Template {
    Template {
        key: kind.key().to_owned(),
        name: kind.title().to_owned(),
        channel,
        mode,
        subject: subject(kind, channel, mode).to_owned(),
        body: body.join("\n\n"),
    }
}

fn subject(kind: Kind, channel: Channel, mode: Mode) -> &'static str {
    if (channel, mode) == (Channel::Email, Mode::ThirdParty) {
        return "Information about account {account_number}";
    }
    match kind {
        Kind::Reminder => "Payment reminder for account {account_number}",
        Kind::Dunning1 => "Past-due balance on account {account_number}",
        Kind::Dunning2 => "Second notice: past-due balance on account {account_number}",
        Kind::FinalNotice => "Final notice: account {account_number}",
        Kind::ArrangementConfirmation => "Your payment arrangement for account {account_number}",
        Kind::ArrangementBroken => "Missed installment on account {account_number}",
        Kind::PromiseReminder => "Your promised payment on account {account_number}",
        Kind::Receipt => "Payment received on account {account_number}",
        Kind::AchEnrollment => "Automatic payment for account {account_number}",
        Kind::ValidationNotice => "About the debt on account {account_number}",
    }
}

fn first_party(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Reminder => vec![
            "This is a friendly reminder of the open invoices on your account. The amount now open is {amount_due}.",
            "{invoice_table}",
            "If your payment is already on its way, thank you; please disregard this reminder.",
        ],
        Kind::Dunning1 => vec![
            "Our records show that {amount_due} on your account is past due, the oldest invoice since {oldest_due_date}. You may simply have overlooked it. Please pay {amount_due} by {pay_by}.",
            "{invoice_table}",
            "If you have paid in the last few days, thank you; please disregard this letter. If you believe an invoice is wrong, tell us which one and why, and we will look into it before asking for that part again.",
        ],
        Kind::Dunning2 => vec![
            "We wrote to you about your account and have not received full payment. {amount_due} is past due; the oldest invoice has been open for {days_past_due} days. Please pay by {pay_by}.",
            "{invoice_table}",
            "If you can't pay the whole amount now, please call us. In many cases we can agree on a payment arrangement with fixed installments. If you dispute an invoice, let us know so that we can review it.",
        ],
        Kind::FinalNotice => vec![
            "Despite our earlier letters, {amount_due} on your account remains unpaid; the oldest invoice has been open for {days_past_due} days. Please pay by {pay_by}, or call us by that day to agree on a payment arrangement.",
            "{invoice_table}",
            "If we have heard nothing by then, we will review the account and decide on further steps, as your agreement and the law allow. We would much rather settle this with you.",
        ],
        Kind::ArrangementConfirmation => arrangement_confirmed(),
        Kind::ArrangementBroken => arrangement_broken(),
        Kind::PromiseReminder => promise(),
        Kind::Receipt => receipt(),
        Kind::AchEnrollment => ach(),
        Kind::ValidationNotice => creditors_notice(),
    }
}

fn third_party(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Reminder => vec![
            "We write on behalf of {creditor_name} about the open invoices on your account. The amount now open is {amount_due}.",
            "{invoice_table}",
            "If your payment is already on its way, thank you; please disregard this letter.",
        ],
        Kind::Dunning1 => vec![
            "{creditor_name} has asked us to write to you about the account named above. According to its records, {amount_due} is past due.",
            "{invoice_table}",
            "If you believe that an invoice is wrong or that the debt is not yours, please tell us. You may pay, ask a question or dispute the debt at the address or telephone number on this letter.",
        ],
        Kind::Dunning2 => vec![
            "We wrote to you on behalf of {creditor_name}. According to its records, {amount_due} is still past due; the oldest invoice has been open for {days_past_due} days. We ask you to pay by {pay_by}.",
            "{invoice_table}",
            "If you can't pay the whole amount now, please call us: we may be able to agree on a payment arrangement. If you dispute the debt or a part of it, tell us which part and why.",
        ],
        Kind::FinalNotice => vec![
            "We have written to you on behalf of {creditor_name} about {amount_due} that is past due; the oldest invoice has been open for {days_past_due} days. We ask you to pay by {pay_by}, or to call us by that day.",
            "{invoice_table}",
            "If we have heard nothing by then, we will report to {creditor_name} that the account is unpaid, and it will decide what to do. We would much rather settle this with you.",
        ],
        Kind::ArrangementConfirmation => arrangement_confirmed(),
        Kind::ArrangementBroken => arrangement_broken(),
        Kind::PromiseReminder => promise(),
        Kind::Receipt => receipt(),
        Kind::AchEnrollment => ach(),
        Kind::ValidationNotice => validation_notice(),
    }
}

fn arrangement_confirmed() -> Vec<&'static str> {
    vec![
        "Thank you for agreeing with us on a way to settle your account with {creditor_name}. This confirms the payment arrangement of {agreed_date}: {arrangement_total} in {installment_count} payments, as follows.",
        "{schedule_table}",
        "While you keep to these dates we will not send further notices about the invoices it covers. If a date becomes difficult for you, please call us before it, so that we can look for a solution together.",
    ]
}

fn arrangement_broken() -> Vec<&'static str> {
    vec![
        "Under our payment arrangement of {agreed_date} for your account with {creditor_name}, {missed_amount} was due on {missed_date}. We have not received it.",
        "{schedule_table}",
        "Please pay the missed installment by {pay_by}, and the arrangement goes on as agreed. If you can't, please call us. Without payment or a new agreement by that day the arrangement ends, and the full open balance of {amount_due} is due again.",
    ]
}

fn promise() -> Vec<&'static str> {
    vec![
        "Thank you for your promise to pay {promise_amount} on {promise_date} towards your account with {creditor_name}. This is a reminder of that day, so that it does not slip by.",
        "If you have already paid, thank you; please disregard this reminder. If the day has become difficult for you, please call us before it.",
    ]
}

fn receipt() -> Vec<&'static str> {
    vec![
        "We received your payment of {payment_amount} on {payment_date}. Thank you.",
        "The balance now open on your account with {creditor_name} is {balance}.",
    ]
}

fn ach() -> Vec<&'static str> {
    vec![
        "You can have the invoices of your account with {creditor_name} paid automatically from your bank account (ACH debit). There is no fee for it, you keep receiving your invoices as before, and you can end it at any time by writing or calling us.",
        "To enroll, please fill in and sign the enclosed authorization form and return it to us. Keep a copy for your records. Until we confirm the first debit, please go on paying as you do now. Enrolling is your choice; it is not a condition of any service or arrangement.",
    ]
}

/// The words of Model Form B-1 (12 CFR 1006 Appendix B).
fn validation_notice() -> Vec<&'static str> {
    vec![
        "{sender_name} is a debt collector. We are trying to collect a debt that you owe to {creditor_name}, account {account_number}. We will use any information you give us to help collect the debt.",
        "{itemization_table}",
        "Call or write to us by {validation_end} to dispute all or part of the debt. If you do not, we will assume that our information is correct. If you write to us by {validation_end}, we must stop collection on any amount you dispute until we send you information that shows you owe the debt.",
        "Write to ask for the name and address of the original creditor, if different from the current creditor. If you write by {validation_end}, we must stop collection until we send you that information. You may use the form below or write to us without it.",
        "Go to www.cfpb.gov/debt-collection to learn more about your rights under federal law.",
    ]
}

/// What a creditor tells of its own debt where a state asks for it (940 CMR 7.08).
fn creditors_notice() -> Vec<&'static str> {
    vec![
        "This is about the debt on your account {account_number} with {creditor_name}.",
        "{itemization_table}",
        "If you dispute all or part of the debt, call or write to us by {validation_end}. We then send you the records that show it.",
    ]
}

fn ways_by_letter(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Receipt => vec!["Questions? Call us at {phone}."],
        Kind::ValidationNotice => Vec::new(),
        Kind::AchEnrollment => {
            vec!["Return the form to {sender_address}. Questions? Call us at {phone}."]
        }
        Kind::ArrangementConfirmation | Kind::PromiseReminder => vec![
            "Send checks to {payment_address} and write the account number {account_number} on them. Questions? Call us at {phone}.",
        ],
        _ => vec![
            "To pay by check, send the payment coupon with your check to {payment_address}. Questions? Call us at {phone}.",
        ],
    }
}

fn ways_by_email(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Receipt => vec!["Questions? Call us at {phone}."],
        Kind::ValidationNotice => vec![
            "How do you want to respond? Reply to this email, or write to {sender_address} or call {phone}, and say: I want to dispute the debt because I think: This is not my debt. The amount is wrong. Other. Or: I want you to send me the name and address of the original creditor.",
        ],
        Kind::AchEnrollment => {
            vec!["The form is attached. Return it to {sender_address}. Questions? Call us at {phone}."]
        }
        _ => vec![
            "To pay by check, send it to {payment_address} and write the account number {account_number} on it. Questions? Call us at {phone}.",
        ],
    }
}
