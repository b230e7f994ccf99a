/**
 * YAML with places: {@link io.holdfast.server.yaml.YamlReader} turns a file into the tree that
 * every dialect shares, in which each key and value knows its line and column. It knows nothing of
 * what the keys mean.
 */
@NullMarked
package io.holdfast.server.yaml;

import org.jspecify.annotations.NullMarked;
