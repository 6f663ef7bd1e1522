// Replaced by the output of `make` rule `web-api` (openapi-typescript on /api/v1/openapi.json).
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = Record<string, Record<string, any>>
