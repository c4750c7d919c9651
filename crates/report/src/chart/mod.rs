//! SVG, drawn by the project: the same in every form.

use std::fmt::Write as _;

use landfall_source::escape::html;

mod bills;
mod curve;
mod latency;
mod memory;
mod options;
mod series;
mod shapes;

pub use bills::bills;
pub use curve::curve;
pub use latency::latency;
pub use memory::memory;
pub use options::options;
pub use series::series;
pub use shapes::shapes;

/// Colours that readers of any colour vision can distinguish (Okabe and Ito,
/// Color Universal Design, 2008), with grey for what matters less.
pub mod colour {
    /// Text and lines.
    pub const INK: &str = "#1b1f24";
    /// What matters less.
    pub const GREY: &str = "#8b949e";
    /// Faint fill.
    pub const FAINT: &str = "#f3f5f7";
    /// The path taken.
    pub const BLUE: &str = "#0072b2";
    /// What is excluded.
    pub const VERMILION: &str = "#d55e00";
    /// What is unknown.
    pub const ORANGE: &str = "#e69f00";
    /// What is chosen.
    pub const GREEN: &str = "#009e73";
    /// Several things beside one another.
    pub const SEVERAL: [&str; 7] = [BLUE, ORANGE, GREEN, VERMILION, "#cc79a7", "#56b4e9", GREY];
}

/// A drawing, filled from the top; its height is what was used.
#[derive(Debug)]
pub struct Drawing {
    width: f64,
    body: String,
    bottom: f64,
    has_links: bool,
}

/// How a box or a line is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Pen<'c> {
    /// Colour of the line.
    pub line: &'c str,
    /// Colour inside; `none` for nothing.
    pub fill: &'c str,
    /// Thickness of the line.
    pub width: f64,
    /// Broken instead of whole.
    pub dashed: bool,
}

impl Pen<'_> {
    fn attributes(&self) -> String {
        let dash = if self.dashed {
            " stroke-dasharray=\"4 3\""
        } else {
            ""
        };
        format!(
            "stroke=\"{}\" fill=\"{}\" stroke-width=\"{}\"{dash}",
            self.line, self.fill, self.width
        )
    }
}

impl Drawing {
    /// An empty drawing of some width.
    pub fn new(width: f64) -> Self {
        Self {
            width,
            body: String::new(),
            bottom: 0.0,
            has_links: false,
        }
    }

    fn reach(&mut self, y: f64) {
        self.bottom = self.bottom.max(y);
    }

    /// A box with round corners.
    pub fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, pen: Pen<'_>) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" {}/>",
            pen.attributes()
        );
        self.reach(y + height);
    }

    /// A box with square corners, that adjoins another.
    pub fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, pen: Pen<'_>) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {}/>",
            pen.attributes()
        );
        self.reach(y + height);
    }

    /// A line with an arrow at its end.
    pub fn arrow(&mut self, from: (f64, f64), to: (f64, f64), pen: Pen<'_>) {
        let _ = writeln!(
            self.body,
            "<path d=\"M{} {} L{} {}\" marker-end=\"url(#head)\" {}/>",
            from.0,
            from.1,
            to.0,
            to.1,
            pen.attributes()
        );
        self.reach(from.1.max(to.1));
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f64, f64)], pen: Pen<'_>) {
        let _ = writeln!(
            self.body,
            "<polyline points=\"{}\" {}/>",
            path(points),
            pen.attributes()
        );
        for (_, y) in points {
            self.reach(*y);
        }
    }

    /// A filled shape through points, faint.
    pub fn band(&mut self, points: &[(f64, f64)], fill: &str) {
        let _ = writeln!(
            self.body,
            "<polygon points=\"{}\" fill=\"{fill}\" fill-opacity=\"0.15\"/>",
            path(points)
        );
    }

    /// Where a horizontal axis is, and the values at its ends, for a page that lets its reader
    /// point at one: it is not seen.
    pub fn axis(&mut self, (left, right): (f64, f64), (top, bottom): (f64, f64), ends: (f64, f64)) {
        let _ = writeln!(
            self.body,
            "<rect class=\"axis\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" \
             fill=\"none\" data-from=\"{}\" data-to=\"{}\"/>",
            right - left,
            bottom - top,
            ends.0,
            ends.1
        );
    }

    /// A dot.
    pub fn dot(&mut self, at: (f64, f64), fill: &str) {
        let _ = writeln!(
            self.body,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{fill}\"/>",
            at.0, at.1
        );
        self.reach(at.1 + 4.0);
    }

    /// Lines of text from a baseline down, `anchor` being `start`, `middle` or `end`.
    pub fn text(&mut self, x: f64, y: f64, lines: &[String], anchor: &str, style: &str) {
        for (row, line) in lines.iter().enumerate() {
            let y = y + row as f64 * LINE_HEIGHT;
            let _ = writeln!(
                self.body,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" {style}>{}</text>",
                html(line)
            );
            self.reach(y + 4.0);
        }
    }

    /// What is drawn leads to a place on its page, where there is one to lead to. A drawing
    /// with a link is no single picture for those who hear it.
    pub fn linked(&mut self, link: Option<&str>, draw: impl FnOnce(&mut Self)) {
        if let Some(link) = link {
            self.has_links = true;
            let _ = writeln!(self.body, "<a href=\"{}\">", html(link));
        }
        draw(self);
        if link.is_some() {
            self.body.push_str("</a>\n");
        }
    }

    /// The SVG document.
    pub fn finish(self, title: &str) -> String {
        let (width, height) = (self.width, self.bottom + 16.0);
        let role = if self.has_links { "group" } else { "img" };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"{role}\" fill=\"{}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>{}</title>\n\
             <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" \
             markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
             <path d=\"M0 0 L8 4 L0 8 z\" fill=\"{}\"/></marker></defs>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{}</svg>\n",
            colour::INK,
            html(title),
            colour::INK,
            self.body
        )
    }
}

/// A drawing for a page: in the page's own ink, on the page's own ground. Attributes alone
/// are looked at: no text has their quotes.
pub fn inline(svg: &str) -> String {
    let attribute = |colour: &str| format!("\"{colour}\"");
    svg.replace(&attribute(colour::INK), &attribute("currentColor"))
        .replace("fill=\"#ffffff\"", "fill=\"none\"")
        .replace("fill=\"#6e7781\"", "fill=\"var(--quiet)\"")
        .replace(&attribute(colour::FAINT), &attribute("var(--card)"))
}

/// Distance from one line of text to the next.
pub const LINE_HEIGHT: f64 = 15.0;

/// Breaks a text into lines that fit a width in pixels, at 12 px.
pub fn lines(text: &str, width: f64) -> Vec<String> {
    const PIXELS_PER_LETTER: f64 = 7.0;
    let letters = (width / PIXELS_PER_LETTER).max(8.0) as usize;
    textwrap::wrap(text, letters)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

/// Points as SVG takes them.
fn path(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<_>>().join(" ")
}
