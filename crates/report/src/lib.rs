//! A decision in the forms in which people and programs read it.
//!
//! [`text`] is what a terminal shows; [`json`] is the format for programs, with its
//! schema; [`markdown`] is an architecture decision record and [`html`] a page that stands
//! alone; [`record`] is a decision kept for later; [`flow`] is the decision flow as Mermaid
//! and, drawn by [`chart`], as SVG; [`statements`] is the framework's table. Nothing here
//! computes: what is shown was decided before.

pub mod chart;
pub mod differences;
pub mod flow;
pub mod html;
pub mod json;
pub mod markdown;
pub mod record;
pub mod review;
pub mod simulation;
pub mod statements;
pub mod text;
mod wrap;
