/** The life of a device and of its module: probing, use, removal. */
export interface DeviceModels {
  /** Whether the call returns the data that a device or entry was registered with. */
  givesData(name: string): boolean;
  /** Whether the call receives the functions that serve the readers of a file. */
  opensFile(name: string): boolean;
  /** Whether member `field` of `record` is never called while its member `besides` runs. */
  runsOnlyUp(record: string, field: string, besides: string): boolean;
  /** Whether member `field` of `record` is only called between certain others: while the device is up. */
  isWhileUp(record: string, field: string): boolean;
  /** Whether a member of this name is called before anything else of its driver runs for a device. */
  isProbe(field: string): boolean;
  /** Whether a member of this name sets a device up or brings it back, before there are requests to it. */
  begins(field: string): boolean;
  /** The member that is called before each call of this one, to stop what it starts again: `suspend` for `resume`. */
  stoppedBefore(field: string): string | undefined;
  /** Whether a member of this name is called once for a device, after all others of its driver. */
  isRemoval(field: string): boolean;
  /** Whether a member of this name is called when a device goes away, and gives up its driver's reference. */
  detaches(field: string): boolean;
  /** The members one of which ends the use that a member of this name begins: `release` for `open`. */
  endOfUse(field: string): readonly string[];
  /** Whether a member of this name is called last for an open file or a device, and gives up its reference. */
  endsUse(field: string): boolean;
  /** Whether the call publishes a device: members of its tables may be called from then on. */
  publishes(name: string): boolean;
  /**
   * Whether the call may let other code run for a device that is being probed: it publishes the device (its name may
   * suffice as evidence), or starts a handler or a thread.
   */
  opensDevice(name: string): boolean;
  /** The name of the module itself in the tables it registers. */
  readonly moduleOwner: string;
  /** A macro that occurs once in every module. */
  readonly moduleMark: string;
}
