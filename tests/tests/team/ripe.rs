//! Accounts whose service may be suspended, for the stories and the journeys of that.

use domain::account::{Service, ServiceState};
use domain::ids::{AccountId, CustomerId, ServiceId};
use domain::row::{OnAccount, Row};
use domain::treatment::StepTaken;
use server::records::{self, Image};

use crate::common::Office;
use crate::scene::Scene;

fn service(account: AccountId) -> Service {
    Service {
        id: ServiceId::derive("billing", &account.to_string()),
        account,
        product: "Fiber 500".to_owned(),
        identifier: "Line 1".to_owned(),
        state: ServiceState::Active,
    }
}

impl Scene {
    /// The account has a service, and its final notice went out in time.
    pub fn ripe(&self, lead: &Office, number: &str) {
        let view = lead.view(number);
        let account: AccountId = AccountId(view.account.parse().unwrap());
        let customer: CustomerId = CustomerId(view.customer_id.parse().unwrap());
        let day = "2026-02-20".parse().unwrap();
        let rows = [
            Row::Service(service(account)),
            Row::Steps(OnAccount { account, of: vec![StepTaken::new(None, "Final notice", day)] }),
        ];
        let images: Vec<Image> = rows.iter().map(|row| Image::of(row, Some(customer), false).unwrap()).collect();
        self.wait_for(async {
            records::put(&self.app.db.conn().await.unwrap(), self.org, &images).await.unwrap();
        });
    }
}
