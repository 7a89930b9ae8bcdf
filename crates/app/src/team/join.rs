//! Joining a team, signing in again, leaving.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{ApiError, ConnectTeam, CreateDatabase, Done, ErrorCode, SessionView, SignInTeam, TeamView};
use domain::decide::Role;
use protocol::{EnrolRequest, EnrolResponse, OidcEnrolRequest, path};
use store::Store;

use super::browser;
use super::member::{self, Membership};
use super::net::{Net, Way, address};
use super::told::troubled;
use crate::desk::{Access, Desk};
use crate::errors::stored;

impl Desk {
    /// Enrols this device and begins to fetch the team's data. Where there is no database yet, it is
    /// made; one that holds work of its own is kept beside the team's.
    pub(crate) fn connect(&self, input: &ConnectTeam) -> Result<TeamView, ApiError> {
        let server = address(&input.server)?;
        if input.device.trim().is_empty() {
            return Err(ApiError::invalid("device", "This device has no name yet.", "Give it one."));
        }
        let organisation = browser::organisation(&input.code)?;
        let authority = input.authority.as_deref().map(str::trim).filter(|pem| !pem.is_empty());
        let way = Way::new(&server, authority)?;
        let fresh = !self.has_database();
        if !fresh {
            let store = self.store()?;
            if Membership::load(&store)?.is_some() {
                return Err(ApiError::new(
                    ErrorCode::Refused,
                    "This database works with a team's server already.",
                    "Leave the team first; your work there stays on the server.",
                ));
            }
        }
        let (place, key) = member::new_key(&*self.keychain)?;
        let public_key = URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
        let device_name = input.device.trim().to_owned();
        let enrolled = match self.enrol(&way, &organisation, input, device_name.clone(), public_key) {
            Ok(enrolled) => enrolled,
            Err(error) => {
                place.forget(&*self.keychain);
                return Err(error);
            }
        };
        if fresh {
            self.create(&CreateDatabase { passphrase: input.passphrase.clone(), user: enrolled.name.clone() })?;
        }
        let store = self.store()?;
        let member = Membership {
            server,
            organisation,
            org: enrolled.org,
            device: enrolled.device.0,
            device_name,
            login: enrolled.login,
            name: enrolled.name,
            role: enrolled.role,
            authority: authority.map(str::to_owned),
            offline_until: enrolled.offline_until,
            key: place,
        };
        self.sign_as(&store, &member)?;
        member.save(&store)?;
        drop(store);
        self.link.opened();
        self.team_view()
    }

    /// With a password, or without one through the organisation's own provider.
    fn enrol(
        &self,
        way: &Way,
        organisation: &str,
        input: &ConnectTeam,
        device_name: String,
        public_key: String,
    ) -> Result<EnrolResponse, ApiError> {
        let code = browser::is_code(&input.code).then(|| input.code.trim().to_owned());
        if !input.password.is_empty() {
            let Some(code) = code else {
                return Err(ApiError::invalid(
                    "code",
                    "The password belongs to a one-time code.",
                    "Write the whole code your administrator gave you, or leave the password empty.",
                ));
            };
            let request = EnrolRequest { code, password: input.password.clone(), device_name, public_key };
            return way.post(path::ENROL, &request).map_err(|trouble| troubled(&trouble));
        }
        let ways = browser::ways(way, organisation)?;
        if !ways.provider {
            return Err(ApiError::invalid(
                "password",
                "This organization has no sign-in provider: a password is needed.",
                "Write the password; your first device sets it.",
            ));
        }
        if ways.needs_code && code.is_none() {
            return Err(ApiError::invalid(
                "code",
                "A new device of this organization needs a one-time code.",
                "Ask your administrator for one.",
            ));
        }
        let proof = browser::prove(&*self.shell, way, organisation)?;
        let request = OidcEnrolRequest { proof, enrolment_code: code, device_name, public_key };
        way.post(path::OIDC_ENROL, &request).map_err(|trouble| troubled(&trouble))
    }

    /// From now on the history is signed with the server's name for this user.
    pub(super) fn sign_as(&self, store: &Store, member: &Membership) -> Result<(), ApiError> {
        let mut settings = self.settings_of(store)?;
        settings.user.clone_from(&member.name);
        settings.role = if member.role == "supervisor" { Role::Supervisor } else { Role::Specialist };
        settings.sample = false;
        settings.save(store).map_err(stored)
    }

    /// Signs in again with the password.
    pub(crate) fn sign_in(&self, input: &SignInTeam) -> Result<TeamView, ApiError> {
        let net = self.net()?;
        if input.password.is_empty() {
            let organisation = Membership::load(&*self.store()?)?.map(|member| member.organisation).unwrap_or_default();
            let proof = browser::prove(&*self.shell, net.way(), &organisation)?;
            net.sign_in_with(proof)
        } else {
            net.sign_in(&input.password)
        }
        .map_err(|trouble| troubled(&trouble))?;
        self.link.opened();
        self.team_view()
    }

    /// An exchange now.
    pub(crate) fn exchange_now(&self) -> Result<Done, ApiError> {
        self.net()?;
        self.link.now();
        Ok(Done { message: "Asking the server.".to_owned() })
    }

    /// The way to the server of an open, joined database.
    pub(super) fn net(&self) -> Result<Arc<Net>, ApiError> {
        if let Some(net) = self.link.net() {
            return Ok(net);
        }
        let store = self.store()?;
        let Some(member) = Membership::load(&store)? else {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "This database works without a server.",
                "Connect it to your team's server first.",
            ));
        };
        Net::new(&member, member.signing_key(&*self.keychain)?, Arc::clone(&self.clock)).map(Arc::new)
    }

    /// Leaves the team: this device's copy goes, the server keeps what was sent.
    pub(crate) fn leave(&self) -> Result<SessionView, ApiError> {
        self.net()?;
        if let Err(error) = self.destroy_copy() {
            // What could not be deleted is still hers to work on, where its key is left.
            self.reopen()?;
            return Err(error);
        }
        self.set(Access::Closed);
        self.link.opened();
        self.session_view()
    }
}
