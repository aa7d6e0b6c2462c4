"use strict";

// Who logs in or refreshes on this page is authorized here with the access token of the answer, until the page is left
// or loaded again: nothing is kept in the browser.
const SIGNS_IN = /^\/api\/v1\/(auth\/(login|refresh)|me\/password)$/;

function tell(message) {
  const line = document.getElementById("said");
  line.textContent = message;
  line.hidden = false;
  setTimeout(() => { line.hidden = true; }, 8000);
}

function bearerSchemes(ui) {
  const schemes = ui.specSelectors.specJson().getIn(["components", "securitySchemes"]);
  return schemes ? [...schemes].filter(([, scheme]) => scheme.get("scheme") === "bearer").map(([name]) => name) : [];
}

function signIn(ui, response) {
  if (!response.ok || !SIGNS_IN.test(new URL(response.url, location.href).pathname)) return;
  const token = JSON.parse(response.text).data.accessToken;
  bearerSchemes(ui).forEach((name) => ui.preauthorizeApiKey(name, token));
  tell("You are signed in on this page: every request from here carries your access token.");
}

const ui = SwaggerUIBundle({
  dom_id: "#docs",
  url: "/api/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor(response) {
    signIn(ui, response);
    return response;
  },
});
