//! Rows under the header of each layout: the first byte picks it.

#![no_main]

use landfall_workload::{Row, Trace, read_durations, read_memory};
use libfuzzer_sys::fuzz_target;

const HEADERS: [&str; 8] = [
    "timestamp,duration\n",
    "period,count\n",
    "timestamp,value\n",
    "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n",
    "app,func,end_timestamp,duration\n",
    "is_cold,start_time,aws_duration,exist_id\n",
    "HashApp,HashFunction,percentile_Average_50,percentile_Average_99,percentile_Average_100\n",
    "HashApp,AverageAllocatedMb_pct99\n",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((pick, rows)) = bytes.split_first() else {
        return;
    };
    let header = HEADERS[usize::from(*pick) % HEADERS.len()];
    let text = [header.as_bytes(), rows].concat();
    let _ = read_durations("fuzz.csv", text.as_slice());
    let _ = read_memory("fuzz.csv", text.as_slice());
    let Ok(mut trace) = Trace::open("fuzz.csv", text.as_slice(), pick % 2 == 0) else {
        return;
    };
    let mut last_s = 0.0;
    while let Ok(Some(row)) = trace.next_row() {
        let at_s = match row {
            Row::Request(request) => request.at_s,
            Row::Count(count) => count.at_s,
            Row::Function(_) => 0.0,
        };
        assert!(at_s >= last_s, "times never fall");
        last_s = at_s;
    }
});
