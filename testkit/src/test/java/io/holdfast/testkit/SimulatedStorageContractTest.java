package io.holdfast.testkit;

import io.holdfast.engine.storage.Storage;

/** The contract on the simulated disk. */
class SimulatedStorageContractTest extends StorageContract {
  @Override
  Storage emptyStorage() {
    return new SimulatedStorage(1);
  }
}
