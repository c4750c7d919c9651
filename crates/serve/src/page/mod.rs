//! The page: a decision, and a control for every fact that it was made from.
//!
//! The address holds everything that was changed, so that a page can be sent to somebody.
//! The page works without scripts as a form; with them it answers while a control moves.

mod address;
mod begin;
mod controls;
mod frame;
mod interview;
mod show;

use landfall_workload::System;

pub(crate) use address::{Address, Stage};
pub(crate) use begin::begin;
pub(crate) use controls::fact_of;
pub(crate) use interview::{BLANK, Interview, interview};
pub use show::Start;
pub(crate) use show::{Shown, show};

/// The key of every control of a system, with what its file has.
pub(crate) fn controls(system: &System) -> Vec<(String, String)> {
    let all = controls::all(system).into_iter();
    let all = all.flat_map(|(_, controls)| controls);
    all.map(|one| (one.key, one.own)).collect()
}

/// A file that the page loads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) media: &'static str,
    pub(crate) text: &'static str,
}

impl Asset {
    const fn style(path: &'static str, text: &'static str) -> Self {
        let media = "text/css; charset=utf-8";
        Self { path, media, text }
    }

    const fn script(path: &'static str, text: &'static str) -> Self {
        let media = "text/javascript; charset=utf-8";
        Self { path, media, text }
    }
}

/// Every file that the page loads.
pub(crate) const ASSETS: [Asset; 9] = [
    Asset::style("/assets/decision.css", landfall_report::html::STYLE),
    Asset::style("/assets/page.css", include_str!("../../assets/page.css")),
    Asset::script("/assets/page.js", include_str!("../../assets/page.js")),
    Asset::script("/assets/begin.js", include_str!("../../assets/begin.js")),
    Asset::script("/assets/ask.js", include_str!("../../assets/ask.js")),
    Asset::script("/assets/curve.js", include_str!("../../assets/curve.js")),
    Asset::script("/assets/tabs.js", include_str!("../../assets/tabs.js")),
    Asset::script("/assets/zip.js", include_str!("../../assets/zip.js")),
    Asset::script("/assets/slider.js", include_str!("../../assets/slider.js")),
];
