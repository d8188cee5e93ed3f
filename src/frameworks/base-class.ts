/** The type of a framework's class that an adapter extends. */

/** A class by the type of its instances. The classes of frameworks may be abstract, or have a protected constructor. */
export interface BaseClass<Instance> {
  readonly prototype: Instance
}
