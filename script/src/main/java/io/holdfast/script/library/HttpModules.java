package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code http}: names for what HTTP has as strings and numbers. */
final class HttpModules {
  private HttpModules() {}

  static List<LibraryModule> modules() {
    return List.of(methods(), headers(), status(), contentTypes());
  }

  private static LibraryModule methods() {
    Map<String, Value> constants = new LinkedHashMap<>();
    for (String method :
        List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PATCH")) {
      constants.put(method, Value.of(method));
    }
    return new LibraryModule("http::methods", "The methods of HTTP.", List.of(), constants);
  }

  private static LibraryModule headers() {
    Map<String, Value> constants = new LinkedHashMap<>();
    for (String header :
        List.of(
            "Content-Type",
            "Accept",
            "Authorization",
            "Cache-Control",
            "Content-Length",
            "Content-Disposition",
            "Date",
            "ETag",
            "Expires",
            "Host",
            "If-Modified-Since",
            "If-None-Match",
            "Last-Modified",
            "Location",
            "User-Agent",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto")) {
      constants.put(header.replace('-', '_').toUpperCase(Locale.ROOT), Value.of(header));
    }
    return new LibraryModule("http::headers", "Headers of HTTP.", List.of(), constants);
  }

  private static LibraryModule status() {
    Map<String, Value> constants = new LinkedHashMap<>();
    constants.put("OK", Value.of(200));
    constants.put("CREATED", Value.of(201));
    constants.put("NO_CONTENT", Value.of(204));
    constants.put("BAD_REQUEST", Value.of(400));
    constants.put("UNAUTHORIZED", Value.of(401));
    constants.put("FORBIDDEN", Value.of(403));
    constants.put("NOT_FOUND", Value.of(404));
    constants.put("INTERNAL_SERVER_ERROR", Value.of(500));
    constants.put("BAD_GATEWAY", Value.of(502));
    constants.put("SERVICE_UNAVAILABLE", Value.of(503));
    constants.put("GATEWAY_TIMEOUT", Value.of(504));
    return new LibraryModule("http::status", "Status codes of HTTP.", List.of(), constants);
  }

  private static LibraryModule contentTypes() {
    Map<String, Value> constants = new LinkedHashMap<>();
    constants.put("JSON", Value.of("application/json"));
    constants.put("HTML", Value.of("text/html"));
    constants.put("CSS", Value.of("text/css"));
    constants.put("TEXT", Value.of("text/plain"));
    constants.put("XML", Value.of("application/xml"));
    constants.put("JS", Value.of("application/javascript"));
    constants.put("PNG", Value.of("image/png"));
    constants.put("JPG", Value.of("image/jpeg"));
    constants.put("GIF", Value.of("image/gif"));
    return new LibraryModule("http::content_types", "Types of content.", List.of(), constants);
  }
}
