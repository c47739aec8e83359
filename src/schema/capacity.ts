import type { LoadSetting } from "./load-curve.ts";

/** What is asked: instances of a configuration for a load. */
export interface CapacityQuestion {
  /** Requests a second that are to be served within the SLO. */
  rate: number;
  /** Share of the rate that is kept free on top of it: 0.2 asks for 20 % more than the rate. */
  headroom: number;
}

/** How many instances of a configuration serve a rate under the SLO. Derived, never stored. */
export interface Capacity {
  /** What was measured: the curve's or the searched row's name. */
  configuration: string;
  workload: string;
  setting: LoadSetting;
  /** Of the requests that must meet the SLO; null where none is stated. */
  share: number | null;
  /** The largest measured load that kept the SLO; null where none did. */
  upTo: number | null;
  /** The lowest measured load that broke it; null where none did, so that an instance may carry more. */
  breaksAt: number | null;
  /** Requests a second of one instance at that load, within the SLO, with the 95 % interval over launches; null without an answer. */
  perInstance: { value: number; bounds: { lower: number; upper: number } | null; launches: number } | null;
  /** Of one instance; null where that is not known. */
  gpus: number | null;
  /** US dollars an hour of one instance; null where no price is declared. */
  pricePerHour: number | null;
  /** Null without an answer. */
  instances: number | null;
  /** Why there is no answer; null where there is one. */
  why: string | null;
}
