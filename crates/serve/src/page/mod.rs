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

/// Every file that the page loads.
pub(crate) const ASSETS: [Asset; 9] = [
    Asset {
        path: "/assets/decision.css",
        media: "text/css; charset=utf-8",
        text: landfall_report::html::STYLE,
    },
    Asset {
        path: "/assets/page.css",
        media: "text/css; charset=utf-8",
        text: include_str!("../../assets/page.css"),
    },
    Asset {
        path: "/assets/page.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/page.js"),
    },
    Asset {
        path: "/assets/begin.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/begin.js"),
    },
    Asset {
        path: "/assets/ask.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/ask.js"),
    },
    Asset {
        path: "/assets/curve.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/curve.js"),
    },
    Asset {
        path: "/assets/tabs.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/tabs.js"),
    },
    Asset {
        path: "/assets/zip.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/zip.js"),
    },
    Asset {
        path: "/assets/slider.js",
        media: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/slider.js"),
    },
];
