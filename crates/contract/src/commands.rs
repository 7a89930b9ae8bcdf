//! The commands, each once.

use crate::{
    AccountRef, AccountView, AccountsPage, AccountsQuery, ActAll, ActOutcome, ActRequest, AddPerson, ApiError,
    AssignAccounts, AtAccount, AuditPage, AuditQuery, BackupReport, BackupRequest, BulkFollowUps, BulkOutcome,
    CheckPlans, CodeView, ConfirmRun, ConnectTeam, CreateDatabase, DayPage, DayQuery, DecisionQuery, DecisionView,
    DocumentRef, Done, ExcludeRequest, HistoryReport, ImportReport, ImportRequest, InspectRequest, InspectView, JobRef,
    LoadSample, LoginRef, MailAccountView, MailTest, NameRef, Nothing, OutboxPage, OutboxQuery, PageImage,
    PasswordView, PickFile, PickedFile, PlanCheck, PlansView, PolicyView, PresenceView, PreviewRequest,
    PreviewTemplate, PreviewView, PrintRun, Printers, ProposalView, ProposeArrangement, ProposeRun, PublishPlans,
    ReprintRequest, ReturnedMail, RevokeDevice, RosterView, RunOutcome, RunPage, RunRef, RunSummary, RunView,
    SaveCalendar, SaveDocument, SaveMailAccount, SavePolicy, SaveRun, SaveSimulation, SaveTemplate, SaveWaiting,
    SavedView, SearchHit, SearchQuery, SendReport, SessionView, SettingsView, SettleRefused, SignInTeam, SimulatePlans,
    SimulatedPage, SimulatedQuery, SimulationView, TeamView, TemplateRef, TemplateView, TimelinePage, TimelineQuery,
    Unlock, VersionRef,
};

/// Calls `$macro! { name(Input) -> Output: "what it does"; ... }` with every command.
#[macro_export]
macro_rules! for_each_command {
    ($macro:path) => {
        $macro! {
            session(Nothing) -> SessionView: "Where the program stands with its database.";
            create_database(CreateDatabase) -> SessionView: "Creates the encrypted database.";
            unlock(Unlock) -> SessionView: "Opens a database that is protected by a passphrase.";
            retry_open(Nothing) -> SessionView: "Tries to open the database again.";
            lock(Nothing) -> SessionView: "Closes the database until it is unlocked.";
            load_sample(LoadSample) -> ImportReport: "Fills an empty database with the sample portfolio.";
            leave_sample(Nothing) -> SessionView: "Removes the sample portfolio and starts over.";
            cancel_job(JobRef) -> Done: "Cancels a long job.";
            my_day(DayQuery) -> DayPage: "A page of My day.";
            replan(JobRef) -> Done: "Plans My day afresh.";
            accounts(AccountsQuery) -> AccountsPage: "A page of accounts.";
            search(SearchQuery) -> Vec<SearchHit>: "Finds customers, accounts, invoices and notes.";
            saved_views(Nothing) -> Vec<SavedView>: "Filters kept by name.";
            save_view(SavedView) -> Done: "Keeps a filter by name.";
            delete_view(NameRef) -> Done: "Forgets a kept filter.";
            account(AccountRef) -> AccountView: "Everything about one account.";
            timeline(TimelineQuery) -> TimelinePage: "What happened on an account.";
            act(ActRequest) -> ActOutcome: "Does something to an account.";
            act_all(ActAll) -> BulkOutcome: "Does several things in one transaction.";
            bulk_follow_ups(BulkFollowUps) -> BulkOutcome: "Settles, moves or assigns the due follow-ups of accounts.";
            save_calendar(SaveCalendar) -> Done: "Writes follow-ups and promises as a calendar file.";
            propose_arrangement(ProposeArrangement) -> ProposalView: "The schedule that terms give.";
            preview(PreviewRequest) -> PreviewView: "A letter or email before it is queued.";
            document(DocumentRef) -> PreviewView: "A letter or email as it left.";
            save_document(SaveDocument) -> Done: "Writes a printed letter to a file.";
            inspect_import(InspectRequest) -> InspectView: "What a file looks like.";
            dry_run_import(ImportRequest) -> ImportReport: "What an import would do.";
            run_import(ImportRequest) -> ImportReport: "Imports a file, whole or not at all.";
            runs(Nothing) -> Vec<RunSummary>: "Letter and email runs, newest first.";
            propose_run(ProposeRun) -> RunView: "Proposes who gets which letter or email and why.";
            run(RunRef) -> RunView: "One run.";
            exclude(ExcludeRequest) -> RunView: "Excludes members, or includes them again.";
            confirm_run(ConfirmRun) -> RunOutcome: "Clears and produces a run.";
            discard_run(RunRef) -> Done: "Takes a proposed run back.";
            run_page(RunPage) -> PageImage: "A page of a run's file as a picture.";
            save_run(SaveRun) -> Done: "Writes a run's PDF or manifest to a file.";
            print_run(PrintRun) -> Done: "Sends a run's PDF to a printer.";
            printers(Nothing) -> Printers: "Printers of this machine.";
            mark_mailed(RunRef) -> Done: "The run's letters are in the mail.";
            reprint(ReprintRequest) -> Done: "Letters again, marked as reprints.";
            returned_mail(ReturnedMail) -> Done: "A letter came back.";
            outbox(OutboxQuery) -> OutboxPage: "Letters and emails and where they stand.";
            send_outbox(JobRef) -> SendReport: "Sends what is ready.";
            mail_account(Nothing) -> MailAccountView: "The mail account.";
            save_mail_account(SaveMailAccount) -> Done: "Changes the mail account.";
            test_mail_account(SaveMailAccount) -> MailTest: "Tries the mail account as typed.";
            sign_in_mail(SaveMailAccount) -> Done: "Signs in to the mail provider in the browser.";
            templates(Nothing) -> Vec<TemplateView>: "All templates.";
            save_template(SaveTemplate) -> Done: "Changes a template.";
            reset_template(TemplateRef) -> Done: "Back to the text that Dunlin ships.";
            preview_template(PreviewTemplate) -> PreviewView: "A template as typed, on a sample account.";
            policy(Nothing) -> PolicyView: "The policy in force.";
            save_policy(SavePolicy) -> PolicyView: "Publishes a new version of the policy.";
            plans(VersionRef) -> PlansView: "Treatment plans to edit, and every version there was.";
            check_plans(CheckPlans) -> PlanCheck: "What is wrong with plans as typed, and what they change.";
            simulate_plans(SimulatePlans) -> SimulationView: "What plans would do to the portfolio, day by day.";
            simulated_accounts(SimulatedQuery) -> SimulatedPage: "Who would get what in the last simulation.";
            save_simulation(SaveSimulation) -> Done: "Writes the lines of the last simulation to a CSV file.";
            publish_plans(PublishPlans) -> PlansView: "Publishes plans as a new version of the policy.";
            decision(DecisionQuery) -> DecisionView: "What the plan decided on an account on a day, and why.";
            settings(Nothing) -> SettingsView: "Settings of this installation.";
            save_settings(SettingsView) -> Done: "Changes the settings.";
            backup(BackupRequest) -> BackupReport: "Writes an encrypted backup.";
            restore(BackupRequest) -> BackupReport: "Replaces the database by a backup; the old file is kept.";
            pick_file(PickFile) -> PickedFile: "Asks the person for a file.";
            verify_history(Nothing) -> HistoryReport: "Checks the history's chain.";
            team(Nothing) -> TeamView: "How this installation stands with the team's server.";
            connect_team(ConnectTeam) -> TeamView: "Works with a team's server from now on.";
            sign_in_team(SignInTeam) -> TeamView: "Signs in at the team's server again.";
            sync_now(Nothing) -> Done: "Exchanges with the server now.";
            send_letters(Nothing) -> Done: "Sends letters again that the server did not take.";
            settle_refused(SettleRefused) -> Done: "Settles what the server refused.";
            save_waiting(SaveWaiting) -> Done: "Writes what waits for the server, and what it refused, to a CSV file.";
            presence(AtAccount) -> PresenceView: "Tells which account is open here, and who else has it open.";
            leave_team(Nothing) -> SessionView: "Gives the server up; this device's copy of its data is deleted.";
            roster(Nothing) -> RosterView: "People and devices of the team.";
            assign_accounts(AssignAccounts) -> Done: "Changes who works which accounts.";
            add_person(AddPerson) -> Done: "Adds a user at the server.";
            enrolment_code(LoginRef) -> CodeView: "A one-time code to enrol a device with.";
            new_password(LoginRef) -> PasswordView: "A new password for a user, made up by the server; a lock ends.";
            end_access(LoginRef) -> Done: "Ends a user's access.";
            revoke_device(RevokeDevice) -> Done: "Ends a device's access, for good.";
            team_audit(AuditQuery) -> AuditPage: "The server's audit.";
        }
    };
}

macro_rules! host {
    ($($name:ident($input:ty) -> $output:ty: $doc:literal;)*) => {
        /// Answers every command; whoever misses one does not compile.
        pub trait Host: Send + Sync + 'static {
            $(
                #[doc = $doc]
                fn $name(&self, input: $input) -> Result<$output, ApiError>;
            )*
        }

        /// Command names, in the order of their declaration.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Name, input, output and description of every command, as TypeScript names them.
        #[must_use]
        pub fn signatures(config: &ts_rs::Config) -> Vec<(&'static str, String, String, &'static str)> {
            vec![$((
                stringify!($name),
                <$input as ts_rs::TS>::name(config),
                <$output as ts_rs::TS>::name(config),
                $doc,
            )),*]
        }
    };
}

for_each_command!(host);
