// Relative, because the API may live below a path of its host.
const DESCRIPTION = "openapi.json";

/**
 * Show the reference. What it tries out goes to where this page came from: a proxy may have changed the host that
 * the description names.
 */
async function start() {
  const options = { dom_id: "#reference", deepLinking: true, validatorUrl: null };
  try {
    const answer = await fetch(DESCRIPTION);
    const spec = await answer.json();
    const here = new URL(".", location.href).href.replace(/\/$/, "");
    SwaggerUIBundle({ ...options, spec: { ...spec, servers: [{ url: here }] } });
  } catch {
    SwaggerUIBundle({ ...options, url: DESCRIPTION }); // it shows what is wrong
  }
}

void start();
