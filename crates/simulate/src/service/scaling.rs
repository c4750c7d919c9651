//! How the number of copies follows the load: target tracking and launches.

use std::collections::BTreeSet;

use crate::law::Law;
use crate::random::Generator;

/// Target tracking (one policy for CPU, one for slots, as two policies work together:
/// the higher wish wins).
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// Utilisation of the CPU that is tracked.
    pub cpu_target: f64,
    /// Part of the slots in use that is tracked.
    pub slot_target: f64,
    /// Length of a point of the metrics, in seconds.
    pub period_s: f64,
    /// From the last point that it takes to the decision to add copies, in seconds: metrics
    /// are published, read and judged late.
    pub delay_s: f64,
    /// Points above the target before copies are added.
    pub out_points: u32,
    /// Points below before copies are taken away.
    pub in_points: u32,
    /// Part of the target that counts as below.
    pub in_share: f64,
    /// Rest after scaling, in seconds, before scaling the same way again.
    pub cooldown_s: f64,
}

/// How copies are launched.
#[derive(Debug, Clone, PartialEq)]
pub struct Launch {
    /// Launches at once.
    pub burst: f64,
    /// Launches a second, refilled.
    pub per_s: f64,
    /// From launch to serving where there is room.
    pub start: Law,
    /// Hosts to be booted where there is not; none where every copy brings its own.
    pub hosts: Option<Hosts>,
}

/// Hosts that copies are packed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Hosts {
    /// Copies that fit one, by CPU and by memory, with what the system keeps.
    pub copies: u32,
    /// From the wish for a host to its being there.
    pub boot: Law,
}

/// Spot capacity that is taken back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Times a second that a copy is taken back.
    pub per_s: f64,
    /// Warning before, in seconds.
    pub notice_s: f64,
}

/// A number of copies that is wished for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    pub(super) copies: u32,
    /// When it is decided, in seconds.
    pub(super) at_s: f64,
}

/// The alarms of target tracking.
#[derive(Debug)]
pub(super) struct Alarms {
    high: u32,
    low: u32,
    out_from_s: f64,
    in_from_s: f64,
}

impl Alarms {
    pub(super) const fn new() -> Self {
        Self {
            high: 0,
            low: 0,
            out_from_s: 0.0,
            in_from_s: 0.0,
        }
    }

    /// Takes a point and gives the number of copies wished for, where that changes:
    /// `copies * metric / target`, rounded up. More are launched when it is decided.
    pub(super) fn point(
        &mut self,
        scaling: &Scaling,
        now_s: f64,
        copies: u32,
        cpu: f64,
        slots: f64,
    ) -> Option<Wish> {
        let over = (cpu / scaling.cpu_target).max(slots / scaling.slot_target);
        self.high = if over > 1.0 { self.high + 1 } else { 0 };
        self.low = if over < scaling.in_share {
            self.low + 1
        } else {
            0
        };
        // A hair more than a whole number is that number.
        let wish = (f64::from(copies) * over - 1e-9).ceil().max(0.0) as u32;
        if self.high >= scaling.out_points && now_s >= self.out_from_s && wish > copies {
            let at_s = now_s + scaling.delay_s;
            self.out_from_s = now_s + scaling.cooldown_s;
            let copies = wish;
            return Some(Wish { copies, at_s });
        }
        if self.low >= scaling.in_points && now_s >= self.in_from_s && wish < copies {
            self.in_from_s = now_s + scaling.cooldown_s;
            let (copies, at_s) = (wish, now_s);
            return Some(Wish { copies, at_s });
        }
        None
    }
}

/// Launches under way, and the hosts they go to.
#[derive(Debug)]
pub(crate) struct Launches {
    setup: Launch,
    /// When the next token of the bucket is there, in virtual units: the time at which
    /// the bucket would be empty.
    spent_until_s: f64,
    /// When launches begin that are decided but not yet due, in seconds, and the same time for
    /// what is launched before: it does not wait behind them.
    planned_from_s: f64,
    early_until_s: f64,
    /// Free places on hosts that are there.
    room: u32,
    /// Hosts that boot: when each is there, and its places not yet taken.
    booting: Vec<(f64, u32)>,
    /// When copies begin to serve, as bits that order as the times do, and a number that
    /// tells them apart.
    ready: BTreeSet<(u64, u64)>,
    /// When the first of them does, which is asked for at every step.
    next_s: f64,
    launched: u64,
    /// Hosts there or booting.
    pub(crate) hosts: u32,
}

impl Launches {
    pub(crate) fn new(setup: &Launch, copies: u32) -> Self {
        let per_host = setup.hosts.as_ref().map_or(1, |hosts| hosts.copies.max(1));
        let hosts = copies.div_ceil(per_host);
        Self {
            setup: setup.clone(),
            spent_until_s: f64::NEG_INFINITY,
            planned_from_s: f64::NEG_INFINITY,
            early_until_s: f64::NEG_INFINITY,
            room: hosts * per_host - copies,
            booting: Vec::new(),
            ready: BTreeSet::new(),
            next_s: f64::INFINITY,
            launched: 0,
            hosts,
        }
    }

    /// What is launched from now on is decided, and due at a time: what is launched before
    /// that begins with the tokens that there are now.
    pub(super) fn plan(&mut self, due_s: f64) {
        self.early_until_s = self.early_until_s.max(self.spent_until_s.min(due_s));
        self.planned_from_s = due_s;
    }

    /// Launches another copy, which then is on its way.
    pub(super) fn launch(&mut self, now_s: f64, random: &mut Generator) {
        let ready_s = self.launch_one(now_s, random);
        self.begins(ready_s.max(0.0));
    }

    /// A copy begins to serve at a time.
    fn begins(&mut self, ready_s: f64) {
        self.launched += 1;
        self.ready.insert((ready_s.to_bits(), self.launched));
        self.next_s = self.next_s.min(ready_s);
    }

    /// Takes on a copy that was launched before, and begins to serve at a time.
    pub(super) fn expect(&mut self, ready_s: f64) {
        self.hosts += 1;
        self.begins(ready_s);
    }

    /// Launches another copy and says when it serves, in seconds.
    pub(crate) fn launch_one(&mut self, now_s: f64, random: &mut Generator) -> f64 {
        let placed_s = match self.setup.hosts.clone() {
            None => {
                self.hosts += 1;
                now_s
            }
            Some(hosts) => self.place(now_s, &hosts, random).max(now_s),
        };
        // A bucket of `burst` tokens refilled at `per_s`, as a queue of launches: each
        // waits for its place, and then until its token is there.
        let every_s = 1.0 / self.setup.per_s;
        let full_s = placed_s - self.setup.burst * every_s;
        let spent_until_s = if now_s < self.planned_from_s {
            &mut self.early_until_s
        } else {
            self.spent_until_s = self.spent_until_s.max(self.early_until_s);
            &mut self.spent_until_s
        };
        *spent_until_s = spent_until_s.max(full_s) + every_s;
        let launched_s = spent_until_s.max(placed_s);
        launched_s + self.setup.start.draw(random)
    }

    /// When another copy may be launched, in seconds: when the bucket has a token for it, or
    /// so long before that a host boots.
    pub(crate) fn next_token_s(&self) -> f64 {
        let boot_s = self.setup.hosts.as_ref().map(|hosts| hosts.boot.mean_s());
        self.spent_until_s + 1.0 / self.setup.per_s - boot_s.unwrap_or(0.0)
    }

    /// When there is a place for another copy.
    fn place(&mut self, now_s: f64, hosts: &Hosts, random: &mut Generator) -> f64 {
        self.booted(now_s);
        if self.room > 0 {
            self.room -= 1;
            return now_s;
        }
        if let Some((ready_s, places)) = self.booting.first_mut() {
            *places -= 1;
            return *ready_s;
        }
        let ready_s = now_s + hosts.boot.draw(random);
        if hosts.copies > 1 {
            self.booting.push((ready_s, hosts.copies - 1));
        }
        self.hosts += 1;
        ready_s
    }

    /// Places of hosts that have booted, and that nothing has taken, are room like others.
    fn booted(&mut self, now_s: f64) {
        let room = &mut self.room;
        self.booting.retain(|(ready_s, places)| {
            let is_there = *ready_s <= now_s;
            if is_there {
                *room += places;
            }
            !is_there && *places > 0
        });
    }

    /// A copy has gone; hosts without any copy go too. Copies are taken to move
    /// together, as a consolidating cluster moves them.
    pub(crate) fn free(&mut self, now_s: f64) {
        self.booted(now_s);
        self.room += 1;
        let per_host = self
            .setup
            .hosts
            .as_ref()
            .map_or(1, |hosts| hosts.copies.max(1));
        while self.room >= per_host {
            self.room -= per_host;
            self.hosts = self.hosts.saturating_sub(1);
        }
    }

    /// Launches, calls off and ends copies until there are as many as wished for, with
    /// those under way; how many serve from now on.
    pub(super) fn resize(&mut self, mut copies: u32, wish: Wish, random: &mut Generator) -> u32 {
        self.plan(wish.at_s);
        while copies + self.pending() < wish.copies {
            self.launch(wish.at_s, random);
        }
        while copies + self.pending() > wish.copies && self.call_off(wish.at_s) {}
        while copies > wish.copies {
            copies -= 1;
            self.free(wish.at_s);
        }
        copies
    }

    /// Calls off the launch that is furthest away; false when there is none.
    pub(super) fn call_off(&mut self, now_s: f64) -> bool {
        let called_off = self.ready.pop_last().is_some();
        if called_off {
            self.look_for_next();
            self.free(now_s);
        }
        called_off
    }

    /// Copies on their way.
    pub(crate) fn pending(&self) -> u32 {
        self.ready.len() as u32
    }

    /// When the next copy begins to serve, in seconds.
    pub(crate) const fn next_s(&self) -> f64 {
        self.next_s
    }

    fn look_for_next(&mut self) {
        let next = self.ready.first();
        self.next_s = next.map_or(f64::INFINITY, |(bits, _)| f64::from_bits(*bits));
    }

    /// Takes the copy that begins to serve next.
    pub(crate) fn take(&mut self) {
        self.ready.pop_first();
        self.look_for_next();
    }
}

/// When each of so many copies serves, in seconds, if all are wanted at once on an
/// empty fleet; rising.
pub fn ramp(launch: &Launch, copies: u32, random: &mut Generator) -> Vec<f64> {
    let mut launches = Launches::new(launch, 0);
    for _ in 0..copies {
        launches.launch(0.0, random);
    }
    let mut times = Vec::with_capacity(copies as usize);
    while launches.pending() > 0 {
        times.push(launches.next_s());
        launches.take();
    }
    times
}
