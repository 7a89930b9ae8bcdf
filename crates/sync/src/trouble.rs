//! What the engine does when something goes wrong: try again later, or stop and say why. The queue
//! stays, whatever it is.

use protocol::{Problem, ProblemCode};

use crate::backoff;
use crate::engine::{Engine, Phase};
use crate::event::{Action, Input, Status, Trouble, Why};

impl Engine {
    /// The server's last command of this device is another than was thought.
    pub(crate) fn gap(&mut self, problem: &Problem, input: Input) -> Vec<Action> {
        let given = self.stored.map_or(0, |stored| stored.given);
        match problem.expected {
            Some(expected) if expected > given + 1 => self.forked(&problem.message),
            // Once at once; a server that finds the same gap again is asked again later.
            Some(expected) if expected >= 1 && expected - 1 != self.pushed && !self.gap => {
                self.gap = true;
                self.pushed = expected - 1;
                self.next()
            }
            // The log begins after what the server lacks: it was safe once, and the server was restored from an
            // older backup since. Said aloud, so that what comes after it goes on.
            Some(expected) if expected >= 1 && expected - 1 < self.pushed && !self.lost => {
                self.lost = true;
                self.pushed = expected - 1;
                self.next()
            }
            _ => self.failed(problem.message.clone(), problem.retry_after_ms, input),
        }
    }

    pub(crate) fn forked(&mut self, why: &str) -> Vec<Action> {
        self.stop(Why::Forked(why.to_owned()))
    }

    pub(crate) fn trouble(&mut self, trouble: Trouble, input: Input) -> Vec<Action> {
        let problem = match trouble {
            Trouble::Net(why) => return self.failed(why, None, input),
            Trouble::Problem(problem) => problem,
        };
        match problem.code {
            ProblemCode::Revoked => {
                let mut actions = self.stop(Why::Revoked);
                actions.push(Action::DestroyKey);
                actions
            }
            ProblemCode::Forked => self.forked(&problem.message),
            ProblemCode::Upgrade => self.stop(Why::Upgrade(problem.message)),
            ProblemCode::Unauthorized | ProblemCode::SignIn | ProblemCode::Forbidden => {
                self.stop(Why::SignIn(problem.message))
            }
            _ => self.failed(problem.message, problem.retry_after_ms, input),
        }
    }

    pub(crate) fn failed(&mut self, why: String, retry_after: Option<u64>, input: Input) -> Vec<Action> {
        self.failures += 1;
        self.phase = Phase::Waiting;
        let wait = backoff::after(self.failures, retry_after, input.dice);
        vec![Action::Tell(Status::Retrying { failures: self.failures, why }), Action::Wait(wait)]
    }

    pub(crate) fn stop(&mut self, why: Why) -> Vec<Action> {
        self.phase = Phase::Stopped;
        vec![Action::Tell(Status::Stopped(why))]
    }
}
