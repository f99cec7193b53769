/** How ScyllaDB isolates writes to a table. Tables of versioned entities need `always_use_lwt`. */
export type WriteIsolation = (typeof writeIsolations)[number];

export const writeIsolations = ['always_use_lwt', 'only_rmw_uses_lwt', 'forbid_rmw', 'unsafe_rmw'] as const;
