/** What fails the gate: a loss of output tokens a second, or longer waits for the first token. */
const gate = "output_throughput<=-10%,ttft.p99>=+25%";

/** What the workflow runs. */
interface Workflow {
  /** Of this program: the workflow installs the same. */
  version: string;
  study: string;
  /** The experiment that is compared with the main branch's. */
  control: string;
  /** Whether the matrix runs on the simulated engine; else it is planned only. */
  isSimulable: boolean;
}

/**
 * A workflow of GitHub Actions: the matrix is tried without a GPU, then runs on a machine with the engine, and a pull request
 * in which the control became worse than on the main branch fails.
 */
export function workflowText({ version, study, control, isSimulable }: Workflow): string {
  const matrix = `matrices/${study}.yaml`;
  const [about, attempt] = isSimulable
    ? [
        "The matrix is understood and its rows run. The figures are simulated and decide nothing.",
        `run ${matrix} --sut simulated --fidelity smoke`,
      ]
    : ["The matrix is understood. The simulated engine speaks as vLLM does and lacks these knobs.", `plan ${matrix}`];
  const install = `- uses: actions/setup-node@v4
        with: { node-version: 24 }
      # The version that wrote this. Of one that no registry has, name the file that \`npm pack\` makes of a checkout.
      - run: npm install --no-save ceteris@${version}`;
  return `# Written by \`ceteris init\`; yours to change.
name: ceteris
on:
  push: { branches: [main] }
  pull_request:
jobs:
  # ${about}
  matrix:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      ${install}
      - run: npx ceteris ${attempt}
  # A machine of yours with the engine and its GPU. Whoever opens a pull request runs code on it: keep it off public repositories.
  gate:
    needs: matrix
    runs-on: [self-hosted, gpu]
    concurrency: ceteris-gpu
    steps:
      - uses: actions/checkout@v4
      ${install}
      - run: npx ceteris run ${matrix}
      - uses: actions/upload-artifact@v4
        with: { name: report, path: reports/out }
      # What the main branch measured last.
      - uses: actions/cache/restore@v4
        with:
          path: main
          key: ceteris-main-\${{ github.run_id }}
          restore-keys: ceteris-main-
      # Exit code 5, and so a failed check, unless these losses are ruled out.
      - if: github.event_name == 'pull_request' && hashFiles('main/**/study.json') != ''
        run: npx ceteris compare main/${study}/${control} results/${study}/${control} --fail-on '${gate}'
      - if: github.ref == 'refs/heads/main'
        run: rm -rf main && cp -r results main
      - if: github.ref == 'refs/heads/main'
        uses: actions/cache/save@v4
        with:
          path: main
          key: ceteris-main-\${{ github.run_id }}
`;
}
