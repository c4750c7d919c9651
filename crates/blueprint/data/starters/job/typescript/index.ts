// Runs one job and ends: the status says whether it succeeded. With an array job, each
// task takes its own share of the work.

/** Every item belongs to exactly one of `size` tasks. */
export const share = <T>(items: T[], place: number, size: number): T[] =>
  items.filter((_, at) => at % size === place);

/** Stands for your own work. */
const work = (item: number): number => item * item;

export function run(environment: Record<string, string | undefined>): number {
  const place = Number(environment["AWS_BATCH_JOB_ARRAY_INDEX"] ?? environment["JOB_COMPLETION_INDEX"] ?? 0);
  const size = Math.max(Number(environment["ARRAY_SIZE"] ?? 1), 1);
  const items = Array.from({ length: 100 }, (_, item) => item);
  const done = share(items, place, size).map(work);
  console.log(JSON.stringify({ task: place, of: size, done: done.length }));
  return 0;
}

if (require.main === module) process.exitCode = run(process.env);
