/** Values of constants by name. */
export interface KnownConstants {
  get(name: string): number | undefined;
}
