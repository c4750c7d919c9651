//! The columns of the tables that are written in shards.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// Text.
    Text,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// There is none.
    #[default]
    Empty,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

macro_rules! columns {
    ($( $id:ident $name:literal $kind:ident, $meaning:literal; )*) => {
        /// One column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Column {
            $( #[doc = $meaning] $id, )*
        }

        impl Column {
            /// Every column of any table.
            pub const ALL: &'static [Self] = &[ $( Self::$id, )* ];

            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$id => $name, )* }
            }

            /// What it holds.
            pub const fn kind(self) -> Kind {
                match self { $( Self::$id => Kind::$kind, )* }
            }

            /// What it means, in one line.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$id => $meaning, )* }
            }
        }
    };
}

columns! {
    Item "item" Whole, "place of the file, row or function among all, from 0";
    Part "part" Whole, "place of the workload in its file, or of the idle limit, from 0";
    File "file" Text, "the workload file, the table, or the trace";
    Line "line" Whole, "line or row of the table or trace; of a workload file, the line with the error";
    Id "id" Text, "the row's id; of a workload file, its name without the ending";
    Workload "workload" Text, "the workload's id";
    Region "region" Text, "the region priced";
    Recommended "recommended" Text, "the recommended platform; empty where there is none";
    MonthlyBill "monthly_bill_usd" Number, "what AWS bills for it in a month, at likely values";
    MonthlyPeople "monthly_people_usd" Number, "operations in a month, at likely values";
    MonthlyExpected "monthly_expected_usd" Number, "bill, operations and premium in a month: mean over the scenarios";
    AlreadyPaid "already_paid_usd" Number, "what of that other workloads of the same file pay already";
    MonthlyLow "monthly_low_usd" Number, "low end of the 80% interval";
    MonthlyHigh "monthly_high_usd" Number, "high end of the 80% interval";
    Confidence "confidence" Number, "share of scenarios in which the recommendation is cheapest";
    Provisional "provisional" Flag, "so much is unknown that questions come first";
    MeetsTargets "meets_targets" Flag, "whether the recommendation meets the file's targets";
    RunnerUp "runner_up" Text, "the platform that comes second";
    Margin "margin" Number, "how much less the recommendation costs than the second, as a share of it";
    MattersMost "matters_most" Text, "the uncertain input that decides most between the two";
    MattersShare "matters_share" Number, "its share of the variance of their difference";
    AskFirst "ask_first" Text, "the missing fact whose answer is worth most";
    AskWorth "ask_worth_usd" Number, "what knowing it can save in a month";
    Today "today_monthly_bill_usd" Number, "what AWS bills in a month for what runs today";
    App "app" Text, "the function's application";
    Function "function" Text, "the function";
    IdleLimit "idle_limit_s" Number, "how long idle environments are kept, in seconds";
    Requests "requests" Whole, "requests that arrived";
    Served "served" Whole, "requests that were served";
    ColdStarts "cold_starts" Whole, "requests that started an environment";
    Throttled "throttled" Whole, "attempts that were refused";
    Lost "lost" Whole, "requests given up";
    Busy "busy_s" Number, "seconds of work and start-up, all environments together";
    Alive "alive_s" Number, "seconds that environments were there, all together";
    MostEnvironments "most_environments" Whole, "most environments at once";
    LatencyP50 "p50_s" Number, "median latency, in seconds";
    LatencyP99 "p99_s" Number, "99th percentile of latency, in seconds";
    Memory "memory_mb" Number, "memory of the application, in MB, 99th percentile";
    Error "error" Text, "why there is no decision, or no simulation";
    Hint "hint" Text, "the remedy";
}

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A workload in each row, decided.
    Decisions,
    /// A function in each row, simulated.
    Functions,
}

impl Table {
    const ALL: [Self; 2] = [Self::Decisions, Self::Functions];

    /// The name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Functions => "functions",
        }
    }

    /// Reads a name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its columns, in order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Decisions => &[
                Column::Item,
                Column::Part,
                Column::File,
                Column::Line,
                Column::Id,
                Column::Workload,
                Column::Region,
                Column::Recommended,
                Column::MonthlyBill,
                Column::MonthlyPeople,
                Column::MonthlyExpected,
                Column::AlreadyPaid,
                Column::MonthlyLow,
                Column::MonthlyHigh,
                Column::Confidence,
                Column::Provisional,
                Column::MeetsTargets,
                Column::RunnerUp,
                Column::Margin,
                Column::MattersMost,
                Column::MattersShare,
                Column::AskFirst,
                Column::AskWorth,
                Column::Today,
                Column::Error,
                Column::Hint,
            ],
            Self::Functions => &[
                Column::Item,
                Column::Part,
                Column::File,
                Column::Line,
                Column::App,
                Column::Function,
                Column::IdleLimit,
                Column::Requests,
                Column::Served,
                Column::ColdStarts,
                Column::Throttled,
                Column::Lost,
                Column::Busy,
                Column::Alive,
                Column::MostEnvironments,
                Column::LatencyP50,
                Column::LatencyP99,
                Column::Memory,
                Column::Error,
                Column::Hint,
            ],
        }
    }
}

impl Column {
    /// The place in [`Column::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One row: a value, or none, for each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(Vec<Cell>);

impl Default for Row {
    fn default() -> Self {
        Self(vec![Cell::Empty; Column::ALL.len()])
    }
}

impl Row {
    /// The value of a column.
    pub fn get(&self, column: Column) -> &Cell {
        self.0.get(column.index()).unwrap_or(&Cell::Empty)
    }

    /// The text of a column; none where it holds none.
    pub fn text(&self, column: Column) -> Option<&str> {
        match self.get(column) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a column; none where it holds none.
    pub fn number(&self, column: Column) -> Option<f64> {
        match self.get(column) {
            Cell::Number(number) => Some(*number),
            Cell::Whole(whole) => Some(*whole as f64),
            _ => None,
        }
    }

    /// The whole number of a column; none where it holds none.
    pub fn whole(&self, column: Column) -> Option<i64> {
        match self.get(column) {
            Cell::Whole(whole) => Some(*whole),
            _ => None,
        }
    }

    /// The order of rows: by item, then by workload in its file.
    pub fn order(&self) -> (i64, i64) {
        let whole = |column| self.whole(column).unwrap_or(0);
        (whole(Column::Item), whole(Column::Part))
    }

    /// Sets the value of a column; what is no value of its kind leaves it empty.
    pub fn set(&mut self, column: Column, cell: Cell) {
        let fits = matches!(
            (&cell, column.kind()),
            (Cell::Flag(_), Kind::Flag)
                | (Cell::Whole(_), Kind::Whole)
                | (Cell::Number(_), Kind::Number)
                | (Cell::Text(_), Kind::Text)
        );
        if let Some(place) = self.0.get_mut(column.index()) {
            *place = if fits { cell } else { Cell::Empty };
        }
    }

    /// Sets a text, where there is one.
    pub fn set_text(&mut self, column: Column, text: Option<&str>) {
        let cell = text.map_or(Cell::Empty, |text| Cell::Text(text.to_owned()));
        self.set(column, cell);
    }

    /// Sets a count.
    pub fn set_count(&mut self, column: Column, count: u64) {
        self.set(
            column,
            Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX)),
        );
    }

    /// Sets a number, where there is one that is finite.
    pub fn set_number(&mut self, column: Column, number: Option<f64>) {
        let number = number.filter(|number| number.is_finite());
        self.set(column, number.map_or(Cell::Empty, Cell::Number));
    }
}
