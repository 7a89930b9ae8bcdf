//! The engine while it pushes: what goes up in which form, and what a refused push leads to. One command
//! that is too large, or that something on the way can't take, never holds the others.

use protocol::{Envelope, PUSH_BYTES, PUSH_COMMANDS, ProblemCode, PushRequest, PushResponse};

use crate::engine::{Engine, Phase};
use crate::event::{Action, Input, Status, Stored, Trouble};

impl Engine {
    pub(crate) fn read(&mut self, commands: Vec<Envelope>) -> Vec<Action> {
        let Some(stored) = self.stored else {
            return Vec::new();
        };
        // What the log lacks is safe with the server; what is there must go on without a gap.
        if commands.first().is_none_or(|first| first.device_seq != self.pushed + 1) {
            self.pushed = commands.first().map_or(stored.given, |first| first.device_seq - 1);
            return if commands.is_empty() { self.pull() } else { self.push(stored, commands) };
        }
        self.push(stored, commands)
    }

    fn push(&mut self, stored: Stored, commands: Vec<Envelope>) -> Vec<Action> {
        let lost_upto = commands.first().filter(|_| self.lost).map(|first| first.device_seq - 1);
        let commands = self.outgoing(commands);
        self.draw();
        self.phase = Phase::Pushing;
        self.sent = commands.len();
        vec![Action::Push(self.ticket, PushRequest { epoch: stored.cursor.epoch, commands, lost_upto })]
    }

    /// The commands as they travel: no older than the server takes, and none that is too large for it.
    fn outgoing(&self, commands: Vec<Envelope>) -> Vec<Envelope> {
        let first = commands.first().map(|command| command.device_seq);
        let as_sent = |command: Envelope| {
            let withhold = command.size() > PUSH_BYTES || (self.withhold && Some(command.device_seq) == first);
            let word = if withhold { self.versions.own(&command).withheld() } else { None };
            match word {
                Some(word) => Envelope { cmd_version: self.versions.newest(), ..word },
                None => self.versions.pushed(command),
            }
        };
        commands.into_iter().map(as_sent).collect()
    }

    pub(crate) fn pushed(&mut self, answer: Result<PushResponse, Trouble>, input: Input) -> Vec<Action> {
        match answer {
            Ok(answer) => {
                let Some(stored) = self.stored else {
                    return Vec::new();
                };
                if answer.epoch != stored.cursor.epoch {
                    return self.pull();
                }
                if answer.last_device_seq > stored.given {
                    return self.forked("the server has more commands of this device than its file");
                }
                if answer.last_device_seq <= self.pushed {
                    return self.failed("the server is still trying a command".to_owned(), None, input);
                }
                self.pushed = answer.last_device_seq;
                self.batch = PUSH_COMMANDS;
                self.withhold = false;
                self.gap = false;
                self.lost = false;
                self.failures = 0;
                self.next()
            }
            Err(Trouble::Problem(problem)) => match problem.code {
                ProblemCode::Epoch => self.pull(),
                ProblemCode::Gap => self.gap(&problem, input),
                // Which one it is, is found by halves; that one alone is then withheld.
                ProblemCode::TooLarge | ProblemCode::Malformed if self.sent > 1 => {
                    self.batch = self.sent / 2;
                    self.next()
                }
                ProblemCode::TooLarge | ProblemCode::Malformed if !self.withhold => {
                    self.withhold = true;
                    self.batch = 1;
                    self.next()
                }
                // Not even a word of it goes through: what comes down goes on.
                ProblemCode::Upgrade | ProblemCode::TooLarge | ProblemCode::Malformed => {
                    self.pull_only = Some(problem.message.clone());
                    let mut actions = vec![Action::Tell(Status::PullOnly(problem.message))];
                    actions.extend(self.pull());
                    actions
                }
                _ => self.trouble(Trouble::Problem(problem), input),
            },
            Err(trouble) => self.trouble(trouble, input),
        }
    }
}
