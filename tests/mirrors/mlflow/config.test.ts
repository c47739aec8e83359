import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mlflowConfig, type MlflowConfig } from "../../../src/mirrors/mlflow/config.ts";
import { realFiles } from "../../../src/world/files.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const read = (variables: Record<string, string>, address: string | null = null) =>
  mlflowConfig({ variables, files: realFiles }, address);

function config(variables: Record<string, string>, address: string | null = "http://localhost:5000"): MlflowConfig {
  const result = read(variables, address);
  if (!result.ok || !result.value) throw new Error(JSON.stringify(result));
  return result.value;
}

function problem(variables: Record<string, string>, address: string | null = "http://localhost:5000") {
  const result = read(variables, address);
  if (result.ok) throw new Error("expected a failure");
  return result.problem;
}

describe("where the server is", () => {
  it("is nowhere where nothing says so, or the flag says none", () => {
    expect(read({})).toEqual({ ok: true, value: null });
    expect(read({ MLFLOW_TRACKING_URI: "" })).toEqual({ ok: true, value: null });
    expect(read({ MLFLOW_TRACKING_URI: "http://localhost:5000" }, "none")).toEqual({ ok: true, value: null });
  });

  it("is what the flag says, else the variable, with its path and without its last slash", () => {
    expect(config({ MLFLOW_TRACKING_URI: "https://a.example/mlflow/" }, null).url).toBe("https://a.example/mlflow");
    expect(config({ MLFLOW_TRACKING_URI: "https://a.example" }, "http://b.example:5000/").url).toBe(
      "http://b.example:5000",
    );
  });

  it.each(["sqlite:///mlruns.db", "file:///mlruns", "databricks", "localhost:5000", "./mlruns"])(
    "refuses %s and says to start a server",
    (address) => {
      expect(problem({}, address)).toMatchObject({ code: "tracking-address" });
      expect(problem({}, address).hint).toContain("mlflow server");
    },
  );
});

describe("credentials", () => {
  it("are Basic where there are user and password, else Bearer", () => {
    const both = { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "pa:ss", MLFLOW_TRACKING_TOKEN: "tok" };
    expect(config(both).authorization).toBe(`Basic ${Buffer.from("ann:pa:ss").toString("base64")}`);
    expect(config({ MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_TOKEN: "tok" }).authorization).toBe("Bearer tok");
    expect(config({}).authorization).toBeNull();
  });

  it("in the address count, and leave it", () => {
    const found = config({}, "http://ann:p%40ss%@mlflow.example");
    expect(found.url).toBe("http://mlflow.example");
    expect(found.authorization).toBe(`Basic ${Buffer.from("ann:p%40ss%").toString("base64")}`);
    expect(config({}, "http://ann:p%40ss@mlflow.example").authorization).toBe(
      `Basic ${Buffer.from("ann:p@ss").toString("base64")}`,
    );
  });

  it("are in no message about an address", () => {
    for (const address of ["ftp://ann:secret@mlflow.example", "ann:secret@mlflow.example", "http://ann:secret@ bad"]) {
      expect(JSON.stringify(problem({}, address))).not.toContain("secret");
    }
  });
});

describe("the other variables", () => {
  it("name experiment, run, workspace, and how long to wait", () => {
    expect(config({})).toMatchObject({
      experiment: { name: "ceteris" },
      parentRunId: null,
      workspace: null,
      tls: null,
    });
    expect(
      config({
        MLFLOW_EXPERIMENT_NAME: "serving",
        MLFLOW_RUN_ID: "abc",
        MLFLOW_WORKSPACE: "team",
        MLFLOW_HTTP_REQUEST_TIMEOUT: "7",
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
        MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "3",
      }),
    ).toMatchObject({
      experiment: { name: "serving" },
      parentRunId: "abc",
      workspace: "team",
      timeoutMs: 7000,
      retries: 0,
      backoffMs: 3000,
    });
    expect(config({ MLFLOW_EXPERIMENT_NAME: "serving", MLFLOW_EXPERIMENT_ID: "12" }).experiment).toEqual({ id: "12" });
  });

  it("are faults where they cannot be read", () => {
    expect(problem({ MLFLOW_HTTP_REQUEST_TIMEOUT: "soon" }).message).toBe("MLFLOW_HTTP_REQUEST_TIMEOUT is soon");
    expect(problem({ MLFLOW_TRACKING_INSECURE_TLS: "perhaps" }).message).toContain("perhaps");
  });

  it("bring certificates, or trust in any", () => {
    const folder = temporaryFolder();
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const [server, client, other] = ["server.pem", "client.pem", "other.txt"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [server, client]) writeFileSync(path, pem);
    writeFileSync(other, "not a certificate");
    expect(config({ MLFLOW_TRACKING_SERVER_CERT_PATH: server, MLFLOW_TRACKING_CLIENT_CERT_PATH: client }).tls).toEqual({
      authorities: pem,
      identity: pem,
    });
    expect(config({ MLFLOW_TRACKING_INSECURE_TLS: "True" }).tls).toEqual({ insecure: true });
    expect(problem({ MLFLOW_TRACKING_INSECURE_TLS: "1", MLFLOW_TRACKING_SERVER_CERT_PATH: server }).code).toBe(
      "tracking-variable",
    );
    for (const path of [other, folder, join(folder, "absent.pem")]) {
      expect(problem({ MLFLOW_TRACKING_SERVER_CERT_PATH: path }).code).toBe("tracking-certificate");
    }
  });
});
