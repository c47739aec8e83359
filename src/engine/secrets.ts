/** A variable whose name says that its value is a secret. Wide on purpose: a value that is hidden for nothing costs less than one that is shown. */
const secretName = /TOKEN|KEY|SECRET|PASSWORD/i;

/** A user and a password in an address, as proxies have them. */
const credentialsInAddress = /:\/\/[^/@\s]+@/;

/** Shorter values (`false`, `1`) are left in place where they occur in a text: hiding them would only garble it. */
const shortestMaskedValue = 8;

/** True where the value of this variable is never stored or shown. */
export function isSecret(name: string, value: string): boolean {
  return secretName.test(name) || credentialsInAddress.test(value);
}

/** The values of a set of variables that have to be masked wherever they would be written. */
export function secretValues(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables)
    .filter(([name, value]) => isSecret(name, value) && value.length >= shortestMaskedValue)
    .map(([, value]) => value);
}
