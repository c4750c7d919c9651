//! Standard queues: messages wait, and pollers take them in batches. Pollers are few at
//! first and grow steadily while messages wait for one; a poller that hands a batch over waits
//! for its end. A message is deleted when it is done; one that fails comes back when it
//! becomes visible again, and goes to the dead letters when it was received too often.
//!
//! Exact, given the law: a message that waits is taken as soon as a poller is free, so that it
//! is refused only where the function itself may not run. A batch that is refused is held by
//! its poller and tried again, until its messages become visible to others. Approximated:
//! receiving takes no time, and pollers that were not needed for a while are given up.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::RngExt;

use super::{Batch, Due, Pollers};
use crate::random::Generator;

/// How a queue is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueueSetup {
    /// Who reads it.
    pub pollers: Pollers,
    /// Most messages of a batch; at least one.
    pub batch: u32,
    /// How long a batch that is not full waits for more, in seconds.
    pub window_s: f64,
    /// What a batch takes beside its messages, in seconds.
    pub per_batch_s: f64,
    /// How long a message that was received stays hidden, in seconds.
    pub hidden_s: f64,
    /// How long a message is kept at all, in seconds.
    pub kept_s: f64,
    /// How often a message is received before it goes to the dead letters; at least once.
    pub receives: u32,
    /// Share of messages whose work fails each time, from 0 to 1.
    pub failing: f64,
    /// How long a poller waits with a batch that was refused, in seconds.
    pub again_s: f64,
}

impl QueueSetup {
    /// How long a message that was received stays hidden, in seconds: some times the longest
    /// run of a batch, as AWS advises, and no less than a queue has by itself.
    pub fn hidden_for_s(times: f64, longest_run_s: f64, least_s: f64) -> f64 {
        (times * longest_run_s).max(least_s)
    }
}

/// A message.
#[derive(Debug, Clone, Copy)]
struct Message {
    /// When it came, in seconds.
    came_s: f64,
    /// How long the work on it takes, in seconds.
    run_s: f64,
    /// How often it was received.
    receives: u32,
    /// Whether its work fails this time.
    fails: bool,
}

/// A batch that a poller holds.
#[derive(Debug, Clone, Default)]
struct Held {
    messages: Vec<Message>,
    received_s: f64,
}

/// A queue and its pollers.
#[derive(Debug)]
pub(crate) struct Queue {
    setup: QueueSetup,
    random: Generator,
    waiting: VecDeque<Message>,
    /// Messages that are hidden after they failed, with the time at which they come back.
    coming_back: BinaryHeap<Due>,
    hidden: Vec<Message>,
    hidden_free: Vec<usize>,
    /// When each poller at work is free, in seconds.
    ends: BinaryHeap<Reverse<u64>>,
    /// Batches that were refused, with the time at which they are tried again.
    again: BinaryHeap<Due>,
    held: Vec<Held>,
    held_free: Vec<usize>,
    /// The present, in seconds.
    now_s: f64,
    /// Pollers that there are.
    there: f64,
    /// The most at work since the rest began.
    needed: usize,
    /// When the rest began, in seconds.
    rest_s: f64,
    /// Messages in batches that were refused.
    in_hands: usize,
    /// Messages that went to the dead letters and were not told yet.
    pub(super) given_up: u64,
}

impl Queue {
    pub(crate) fn new(setup: QueueSetup, random: Generator) -> Self {
        Self {
            setup,
            random,
            waiting: VecDeque::new(),
            coming_back: BinaryHeap::new(),
            hidden: Vec::new(),
            hidden_free: Vec::new(),
            ends: BinaryHeap::new(),
            again: BinaryHeap::new(),
            held: Vec::new(),
            held_free: Vec::new(),
            now_s: 0.0,
            there: setup.pollers.least(),
            needed: 0,
            rest_s: 0.0,
            in_hands: 0,
            given_up: 0,
        }
    }

    /// Takes on a message.
    pub(crate) fn put(&mut self, came_s: f64, run_s: f64) {
        self.waiting.push_back(Message {
            came_s,
            run_s,
            receives: 0,
            fails: false,
        });
    }

    fn at_work(&self) -> usize {
        self.ends.len() + self.again.len()
    }

    /// Whether there is a poller that is not at work.
    fn has_poller(&self) -> bool {
        (self.at_work() + 1) as f64 <= self.there
    }

    /// When a batch of what waits is ready, in seconds: when it is full, or its oldest message
    /// has waited for the window.
    fn ready_s(&self) -> Option<f64> {
        let first = self.waiting.front()?;
        let full = self.setup.batch.max(1) as usize;
        let by_window_s = first.came_s + self.setup.window_s;
        let ready_s = match self.waiting.get(full - 1) {
            Some(last) => by_window_s.min(last.came_s),
            None => by_window_s,
        };
        Some(ready_s.max(self.now_s))
    }

    /// When a poller takes a batch that is ready at a time, in seconds: at once, when one is
    /// free, or when one more is there.
    fn taken_s(&self, ready_s: f64) -> f64 {
        if self.has_poller() {
            return ready_s;
        }
        let pollers = &self.setup.pollers;
        let free_s = self.ends.peek().copied().map_or(f64::INFINITY, time_s);
        let wanted = (self.at_work() + 1) as f64;
        let more_s = if wanted <= pollers.most && pollers.per_s > 0.0 {
            ready_s + (wanted - self.there) / pollers.per_s
        } else {
            f64::INFINITY
        };
        free_s.min(more_s).max(ready_s)
    }

    /// Moves to a time: pollers grow while a batch waits for one, get free, and are given up
    /// where they are not needed; messages come back.
    fn move_to(&mut self, at_s: f64, ready_s: Option<f64>) {
        let pollers = self.setup.pollers;
        if let Some(ready_s) = ready_s.filter(|_| !self.has_poller()) {
            let grown = (at_s - ready_s).max(0.0) * pollers.per_s;
            self.there = (self.there + grown).min(pollers.most.max(self.there));
        }
        self.now_s = at_s;
        let now = at_s.to_bits();
        while self.ends.peek().is_some_and(|Reverse(end)| *end <= now) {
            self.ends.pop();
        }
        while let Some(Reverse((back, place))) = self.coming_back.peek().copied()
            && back <= now
        {
            self.coming_back.pop();
            self.hidden_free.push(place);
            self.waiting.extend(self.hidden.get(place));
        }
        let rested_s = at_s - self.rest_s;
        if rested_s < pollers.rest_s {
            return;
        }
        let busy = self.at_work();
        let needed = if rested_s < 2.0 * pollers.rest_s {
            self.needed
        } else {
            busy
        };
        self.there = self.there.min((needed as f64).max(pollers.least()));
        self.needed = busy;
        self.rest_s = at_s;
    }

    /// The next batch that is due by a time.
    pub(crate) fn next_by(&mut self, until_s: f64) -> Option<Batch> {
        loop {
            let ready_s = self.ready_s();
            let taken_s = ready_s.map(|ready_s| self.taken_s(ready_s));
            let again_s = self.again.peek().map(due_s);
            let back_s = self.coming_back.peek().map(due_s);
            let next_s = [taken_s, again_s, back_s].into_iter().flatten();
            let at_s = next_s.min_by(f64::total_cmp)?;
            if at_s > until_s {
                return None;
            }
            self.move_to(at_s, ready_s);
            if again_s.is_some_and(|again_s| again_s <= at_s) {
                if let Some(Reverse((_, place))) = self.again.pop() {
                    return self.hand_over(place);
                }
            } else if taken_s.is_some_and(|taken_s| taken_s <= at_s) {
                // One that grew is whole, however its time was rounded.
                self.there = self.there.max((self.at_work() + 1) as f64);
                return self.receive();
            }
        }
    }

    /// A poller takes a batch of what waits.
    fn receive(&mut self) -> Option<Batch> {
        let place = self.held_free.pop().unwrap_or_else(|| {
            self.held.push(Held::default());
            self.held.len() - 1
        });
        let oldest_s = self.now_s - self.setup.kept_s;
        while self.waiting.len() > 1
            && self
                .waiting
                .front()
                .is_some_and(|first| first.came_s < oldest_s)
        {
            self.waiting.pop_front();
            self.given_up += 1;
        }
        let number = self.waiting.len().min(self.setup.batch.max(1) as usize);
        let failing = self.setup.failing;
        let held = self.held.get_mut(place)?;
        held.received_s = self.now_s;
        held.messages.extend(self.waiting.drain(..number));
        if failing > 0.0 {
            for message in &mut held.messages {
                message.fails = self.random.random::<f64>() < failing;
            }
            // What is done comes first: the first of a batch stands for its latency.
            held.messages.sort_by_key(|message| message.fails);
        }
        self.in_hands += number;
        self.hand_over(place)
    }

    fn hand_over(&self, place: usize) -> Option<Batch> {
        let messages = &self.held.get(place)?.messages;
        let run_s: f64 = messages.iter().map(|message| message.run_s).sum();
        Some(Batch {
            place,
            records: messages.len(),
            at_s: self.now_s,
            first_s: messages.first()?.came_s,
            run_s: run_s + self.setup.per_batch_s,
        })
    }

    /// A batch is under way and will be done at a time, in seconds.
    pub(crate) fn begun(&mut self, batch: &Batch, end_s: f64, mut done: impl FnMut(f64)) {
        self.ends.push(Reverse(end_s.to_bits()));
        self.needed = self.needed.max(self.at_work());
        self.in_hands -= batch.records;
        let Some(held) = self.held.get_mut(batch.place) else {
            return;
        };
        let back_s = (held.received_s + self.setup.hidden_s).max(end_s);
        let mut messages = std::mem::take(&mut held.messages);
        for message in messages.drain(..) {
            if message.fails {
                self.comes_back(message, back_s);
            } else {
                done(message.came_s);
            }
        }
        if let Some(held) = self.held.get_mut(batch.place) {
            held.messages = messages;
        }
        self.held_free.push(batch.place);
    }

    /// A message becomes visible again at a time, in seconds, unless it was received too often.
    fn comes_back(&mut self, message: Message, back_s: f64) {
        let message = Message {
            receives: message.receives + 1,
            ..message
        };
        if message.receives >= self.setup.receives.max(1) {
            self.given_up += 1;
            return;
        }
        let place = self.hidden_free.pop().unwrap_or(self.hidden.len());
        match self.hidden.get_mut(place) {
            Some(slot) => *slot = message,
            None => self.hidden.push(message),
        }
        self.coming_back.push(Reverse((back_s.to_bits(), place)));
    }

    /// A batch was refused: its poller holds it and tries again, until its messages become
    /// visible.
    pub(crate) fn refused(&mut self, batch: &Batch) {
        let again_s = batch.at_s + self.setup.again_s;
        let Some(held) = self.held.get_mut(batch.place) else {
            return;
        };
        let visible_s = held.received_s + self.setup.hidden_s;
        if again_s < visible_s {
            self.again.push(Reverse((again_s.to_bits(), batch.place)));
            self.needed = self.needed.max(self.at_work());
            return;
        }
        self.in_hands -= batch.records;
        let mut messages = std::mem::take(&mut held.messages);
        for message in messages.drain(..) {
            self.comes_back(message, visible_s.max(batch.at_s));
        }
        if let Some(held) = self.held.get_mut(batch.place) {
            held.messages = messages;
        }
        self.held_free.push(batch.place);
    }

    /// Messages that wait, are hidden, or are in batches that were refused.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len() + self.coming_back.len() + self.in_hands
    }
}

fn due_s(due: &Due) -> f64 {
    let Reverse((bits, _)) = due;
    f64::from_bits(*bits)
}

const fn time_s(Reverse(bits): Reverse<u64>) -> f64 {
    f64::from_bits(bits)
}
