/** The own fields of each kind of hold whose facts grow with time, in the order of a form. */

export interface HoldField {
  name: string;
  label: string;
  type: "text" | "date" | "answer" | "amount" | "count";
}

const field = (name: string, label: string, type: HoldField["type"] = "text"): HoldField => ({ name, label, type });

export const holdFields: Record<string, HoldField[]> = {
  attorney: [field("contact", "Attorney, and how to reach them"), field("letter_sent", "We wrote to the attorney on", "date")],
  creditor_request: [
    field("received", "Received", "date"),
    field("written", "In writing", "answer"),
    field("answered", "Name and address sent on", "date"),
  ],
  medical: [
    field("certified", "Day of the certificate, or of its renewal", "date"),
    field("unable_to_pay", "The customer can't pay (California)", "answer"),
    field("agreed_plan", "The customer agreed to a plan (California)", "answer"),
  ],
  bankruptcy: [
    field("chapter", "Chapter"),
    field("case_number", "Case number"),
    field("petition", "Petition date", "date"),
    field("court", "Court"),
    field("division", "Division"),
    field("debtor_names", "Debtor's names, eight years"),
    field("last_four", "Last four of SSN, or EIN"),
    field("joint_debtor", "Joint debtor"),
    field("co_debtors", "Co-debtors"),
    field("attorney", "Debtor's attorney"),
    field("trustee", "Trustee"),
    field("learned", "We learned of it on", "date"),
    field("learned_by", "How we learned of it"),
    field("meeting", "Meeting of creditors (341)", "date"),
    field("claim_bar", "Last day to file a claim, by the court's notice", "date"),
    field("objection", "Last day to object to the discharge", "date"),
    field("converted", "Converted on", "date"),
    field("involuntary", "Involuntary", "answer"),
    field("government", "The creditor is a governmental unit", "answer"),
    field("assets", "There are assets", "answer"),
    field("asset_notice", "Notice of assets mailed", "date"),
    field("dismissed_before", "Cases dismissed within the year before", "count"),
    field("split", "Account split at the petition on", "date"),
    field("assurance_asked", "Assurance of payment asked (366)", "date"),
    field("assurance_received", "Assurance of payment received (366)", "date"),
    field("deposit", "Deposit held", "amount"),
    field("claim_filed", "Claim filed", "date"),
    field("claim_number", "Claim number"),
    field("stay_lifted", "Stay lifted", "date"),
    field("discharged", "Discharged", "date"),
    field("dismissed", "Dismissed", "date"),
    field("closed", "Closed", "date"),
  ],
};
