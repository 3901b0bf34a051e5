namespace Ecs.Model.Snapshots;

/// <summary>
/// A state that can be written down and read back, so that whoever starts need not fold the whole log. What is kept is
/// only a cache of the fold: it may be thrown away at any time.
/// </summary>
/// <typeparam name="TSelf">The state itself.</typeparam>
public interface ISnapshot<TSelf> : IState<TSelf>
    where TSelf : ISnapshot<TSelf>
{
    /// <summary>
    /// The name of the form that the state is written in, such as <c>families-1</c>. It changes with every change of
    /// that form, and whenever the same events would be folded to another state: what is kept under another name is
    /// passed over.
    /// </summary>
    static abstract string Format { get; }

    /// <summary>
    /// Writes the state: lines of canonical JSON in an order that follows from the state, so that equal states give
    /// equal bytes, on every machine.
    /// </summary>
    void Write(Stream content);

    /// <summary>Reads what was written: a state that answers everything, and goes on folding, as the first.</summary>
    /// <exception cref="InvalidDataException">It is not what this version would have written.</exception>
    static abstract TSelf Read(ReadOnlyMemory<byte> content);
}
