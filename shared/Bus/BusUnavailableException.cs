namespace Ecs.Bus;

/// <summary>
/// The broker was lost, or refused, while a message was on its way: it may or may not have arrived, and the same
/// message may be sent again.
/// </summary>
public sealed class BusUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
