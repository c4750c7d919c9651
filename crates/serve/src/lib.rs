//! Landfall over HTTP on this machine, and as tools for agents.
//!
//! [`http`] is an API and a page, [`agents`] speaks the Model Context Protocol, over standard
//! input and output and over HTTP. Both hand what they were sent to one [`Engine`], which
//! answers as the command line does. The only thing of the machine that is touched here is the
//! socket or the pipe that is spoken over; files are never opened.

mod admission;
pub mod agents;
mod calls;
mod engine;
mod examples;
mod guard;
pub mod http;
mod openapi;
mod page;
mod prompts;
mod refusal;
mod requests;
mod shelf;
mod shown;
mod within;

pub use engine::{Engine, Reply, Traces};
pub use page::Start;
