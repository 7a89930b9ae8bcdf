//! The contract, answered. No decision lives here.

use contract::{
    AccountRef, AccountView, AccountsPage, AccountsQuery, ActAll, ActOutcome, ActRequest, AddPerson, ApiError,
    AssignAccounts, AtAccount, AuditPage, AuditQuery, BackupReport, BackupRequest, BulkFollowUps, BulkOutcome,
    CheckPlans, CodeView, ConfirmRun, ConnectTeam, CreateDatabase, DayPage, DayQuery, DecisionQuery, DecisionView,
    DocumentRef, Done, ExcludeRequest, HistoryReport, Host, ImportReport, ImportRequest, InspectRequest, InspectView,
    JobRef, LoadSample, LoginRef, MailAccountView, MailTest, NameRef, Nothing, OutboxPage, OutboxQuery, PageImage,
    PasswordView, PickFile, PickedFile, PlanCheck, PlansView, PolicyView, PresenceView, PreviewRequest,
    PreviewTemplate, PreviewView, PrintRun, Printers, ProposalView, ProposeArrangement, ProposeRun, PublishPlans,
    ReprintRequest, ReturnedMail, RevokeDevice, RosterView, RunOutcome, RunPage, RunRef, RunSummary, RunView,
    SaveCalendar, SaveDocument, SaveMailAccount, SavePolicy, SaveRun, SaveSimulation, SaveTemplate, SaveWaiting,
    SavedView, SearchHit, SearchQuery, SendReport, SessionView, SettingsView, SettleRefused, SignInTeam, SimulatePlans,
    SimulatedPage, SimulatedQuery, SimulationView, TeamView, TemplateRef, TemplateView, TimelinePage, TimelineQuery,
    Unlock, VersionRef,
};

use crate::desk::Desk;
use crate::parse;
use crate::print;

impl Host for Desk {
    fn session(&self, _: Nothing) -> Result<SessionView, ApiError> {
        self.session_view()
    }

    fn create_database(&self, input: CreateDatabase) -> Result<SessionView, ApiError> {
        self.create(&input)
    }

    fn unlock(&self, input: Unlock) -> Result<SessionView, ApiError> {
        self.unlock_with(&input)
    }

    fn retry_open(&self, _: Nothing) -> Result<SessionView, ApiError> {
        self.reopen()
    }

    fn lock(&self, _: Nothing) -> Result<SessionView, ApiError> {
        self.close()
    }

    fn load_sample(&self, input: LoadSample) -> Result<ImportReport, ApiError> {
        self.fill_with_sample(&input)
    }

    fn leave_sample(&self, _: Nothing) -> Result<SessionView, ApiError> {
        self.put_sample_away()
    }

    fn cancel_job(&self, input: JobRef) -> Result<Done, ApiError> {
        let found = self.jobs.cancel(&input.job);
        Ok(Done { message: if found { "Cancelling." } else { "It has ended already." }.to_owned() })
    }

    fn my_day(&self, input: DayQuery) -> Result<DayPage, ApiError> {
        self.day_page(&input)
    }

    fn replan(&self, input: JobRef) -> Result<Done, ApiError> {
        self.replan_now(&input.job)
    }

    fn accounts(&self, input: AccountsQuery) -> Result<AccountsPage, ApiError> {
        self.accounts_page(&input)
    }

    fn search(&self, input: SearchQuery) -> Result<Vec<SearchHit>, ApiError> {
        self.find(&input)
    }

    fn saved_views(&self, _: Nothing) -> Result<Vec<SavedView>, ApiError> {
        self.view_list()
    }

    fn save_view(&self, input: SavedView) -> Result<Done, ApiError> {
        self.keep_view(&input)
    }

    fn delete_view(&self, input: NameRef) -> Result<Done, ApiError> {
        self.forget_view(&input)
    }

    fn account(&self, input: AccountRef) -> Result<AccountView, ApiError> {
        self.account_view(&input)
    }

    fn timeline(&self, input: TimelineQuery) -> Result<TimelinePage, ApiError> {
        self.timeline_page(&input)
    }

    fn act(&self, input: ActRequest) -> Result<ActOutcome, ApiError> {
        self.do_act(&input)
    }

    fn act_all(&self, input: ActAll) -> Result<BulkOutcome, ApiError> {
        self.do_all(&input)
    }

    fn bulk_follow_ups(&self, input: BulkFollowUps) -> Result<BulkOutcome, ApiError> {
        self.bulk_tasks(&input)
    }

    fn save_calendar(&self, input: SaveCalendar) -> Result<Done, ApiError> {
        self.write_calendar(&input)
    }

    fn propose_arrangement(&self, input: ProposeArrangement) -> Result<ProposalView, ApiError> {
        self.propose_terms(&input)
    }

    fn preview(&self, input: PreviewRequest) -> Result<PreviewView, ApiError> {
        self.preview_item(&input)
    }

    fn document(&self, input: DocumentRef) -> Result<PreviewView, ApiError> {
        self.show_document(&input)
    }

    fn save_document(&self, input: SaveDocument) -> Result<Done, ApiError> {
        self.save_letter(&input)
    }

    fn inspect_import(&self, input: InspectRequest) -> Result<InspectView, ApiError> {
        self.look_at(&input)
    }

    fn dry_run_import(&self, input: ImportRequest) -> Result<ImportReport, ApiError> {
        self.take_in(&input, true)
    }

    fn run_import(&self, input: ImportRequest) -> Result<ImportReport, ApiError> {
        self.take_in(&input, false)
    }

    fn runs(&self, _: Nothing) -> Result<Vec<RunSummary>, ApiError> {
        self.run_list()
    }

    fn propose_run(&self, input: ProposeRun) -> Result<RunView, ApiError> {
        self.propose(&input)
    }

    fn run(&self, input: RunRef) -> Result<RunView, ApiError> {
        self.run_view(parse::id(&input.run)?)
    }

    fn exclude(&self, input: ExcludeRequest) -> Result<RunView, ApiError> {
        self.exclude_members(&input)
    }

    fn confirm_run(&self, input: ConfirmRun) -> Result<RunOutcome, ApiError> {
        self.confirm(&input)
    }

    fn discard_run(&self, input: RunRef) -> Result<Done, ApiError> {
        self.discard(&input)
    }

    fn run_page(&self, input: RunPage) -> Result<PageImage, ApiError> {
        self.page_of_run(&input)
    }

    fn save_run(&self, input: SaveRun) -> Result<Done, ApiError> {
        self.save_run_file(&input)
    }

    fn print_run(&self, input: PrintRun) -> Result<Done, ApiError> {
        self.print_run_pages(&input)
    }

    fn printers(&self, _: Nothing) -> Result<Printers, ApiError> {
        Ok(print::printers())
    }

    fn mark_mailed(&self, input: RunRef) -> Result<Done, ApiError> {
        self.mailed(&input)
    }

    fn reprint(&self, input: ReprintRequest) -> Result<Done, ApiError> {
        self.reprint_letters(&input)
    }

    fn returned_mail(&self, input: ReturnedMail) -> Result<Done, ApiError> {
        self.take_back_mail(&input)
    }

    fn outbox(&self, input: OutboxQuery) -> Result<OutboxPage, ApiError> {
        self.outbox_page(&input)
    }

    fn send_outbox(&self, input: JobRef) -> Result<SendReport, ApiError> {
        self.send_ready(&input.job)
    }

    fn mail_account(&self, _: Nothing) -> Result<MailAccountView, ApiError> {
        self.mail_view()
    }

    fn save_mail_account(&self, input: SaveMailAccount) -> Result<Done, ApiError> {
        self.keep_mail(&input)
    }

    fn test_mail_account(&self, input: SaveMailAccount) -> Result<MailTest, ApiError> {
        self.try_mail(&input)
    }

    fn sign_in_mail(&self, input: SaveMailAccount) -> Result<Done, ApiError> {
        self.browser_sign_in(&input)
    }

    fn templates(&self, _: Nothing) -> Result<Vec<TemplateView>, ApiError> {
        self.template_views()
    }

    fn save_template(&self, input: SaveTemplate) -> Result<Done, ApiError> {
        self.keep_template(&input)
    }

    fn reset_template(&self, input: TemplateRef) -> Result<Done, ApiError> {
        self.forget_template(&input)
    }

    fn preview_template(&self, input: PreviewTemplate) -> Result<PreviewView, ApiError> {
        self.preview_text(&input)
    }

    fn policy(&self, _: Nothing) -> Result<PolicyView, ApiError> {
        self.policy_view()
    }

    fn save_policy(&self, input: SavePolicy) -> Result<PolicyView, ApiError> {
        self.publish_policy(&input)
    }

    fn plans(&self, input: VersionRef) -> Result<PlansView, ApiError> {
        self.plans_view(&input)
    }

    fn check_plans(&self, input: CheckPlans) -> Result<PlanCheck, ApiError> {
        self.check_draft(&input)
    }

    fn simulate_plans(&self, input: SimulatePlans) -> Result<SimulationView, ApiError> {
        self.simulate(&input)
    }

    fn simulated_accounts(&self, input: SimulatedQuery) -> Result<SimulatedPage, ApiError> {
        self.simulated_page(&input)
    }

    fn save_simulation(&self, input: SaveSimulation) -> Result<Done, ApiError> {
        self.save_simulation_file(&input)
    }

    fn publish_plans(&self, input: PublishPlans) -> Result<PlansView, ApiError> {
        self.publish_draft(&input)
    }

    fn decision(&self, input: DecisionQuery) -> Result<DecisionView, ApiError> {
        self.decision_on(&input)
    }

    fn settings(&self, _: Nothing) -> Result<SettingsView, ApiError> {
        self.settings_view()
    }

    fn save_settings(&self, input: SettingsView) -> Result<Done, ApiError> {
        self.change_settings(input)
    }

    fn backup(&self, input: BackupRequest) -> Result<BackupReport, ApiError> {
        self.make_backup(&input)
    }

    fn restore(&self, input: BackupRequest) -> Result<BackupReport, ApiError> {
        self.restore_backup(&input)
    }

    fn pick_file(&self, input: PickFile) -> Result<PickedFile, ApiError> {
        Ok(PickedFile { path: self.shell.pick_file(&input).map(|path| path.display().to_string()) })
    }

    fn verify_history(&self, _: Nothing) -> Result<HistoryReport, ApiError> {
        self.check_history()
    }

    fn team(&self, _: Nothing) -> Result<TeamView, ApiError> {
        self.team_view()
    }

    fn connect_team(&self, input: ConnectTeam) -> Result<TeamView, ApiError> {
        self.connect(&input)
    }

    fn sign_in_team(&self, input: SignInTeam) -> Result<TeamView, ApiError> {
        self.sign_in(&input)
    }

    fn sync_now(&self, _: Nothing) -> Result<Done, ApiError> {
        self.exchange_now()
    }

    fn send_letters(&self, _: Nothing) -> Result<Done, ApiError> {
        self.send_letters_again()
    }

    fn settle_refused(&self, input: SettleRefused) -> Result<Done, ApiError> {
        self.settle_refusal(&input)
    }

    fn save_waiting(&self, input: SaveWaiting) -> Result<Done, ApiError> {
        self.save_waiting_file(&input)
    }

    fn presence(&self, input: AtAccount) -> Result<PresenceView, ApiError> {
        self.present(&input)
    }

    fn leave_team(&self, _: Nothing) -> Result<SessionView, ApiError> {
        self.leave()
    }

    fn roster(&self, _: Nothing) -> Result<RosterView, ApiError> {
        self.roster_view()
    }

    fn assign_accounts(&self, input: AssignAccounts) -> Result<Done, ApiError> {
        self.assign(&input)
    }

    fn add_person(&self, input: AddPerson) -> Result<Done, ApiError> {
        self.add_user(&input)
    }

    fn enrolment_code(&self, input: LoginRef) -> Result<CodeView, ApiError> {
        self.new_code(&input)
    }

    fn new_password(&self, input: LoginRef) -> Result<PasswordView, ApiError> {
        self.reset_password(&input)
    }

    fn end_access(&self, input: LoginRef) -> Result<Done, ApiError> {
        self.disable_user(&input)
    }

    fn revoke_device(&self, input: RevokeDevice) -> Result<Done, ApiError> {
        self.revoke(&input)
    }

    fn team_audit(&self, input: AuditQuery) -> Result<AuditPage, ApiError> {
        self.audit_page(&input)
    }
}
