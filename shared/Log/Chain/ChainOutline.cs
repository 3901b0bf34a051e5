using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecs.Log;

/// <summary>What is remembered of one event: its position, and a short digest of each part of it.</summary>
internal readonly record struct EventOutline(long Position, uint Place, uint Name, uint Data, uint Cause);

/// <summary>What is remembered of one command: a short digest of each part of it.</summary>
internal readonly record struct CommandOutline(uint Key, uint Question, uint Decision, uint Answer);

/// <summary>
/// What a commit's row remembers of each of its events and commands. The hash alone says that a commit was altered; by
/// the outline it is told which event, and what of it. It proves nothing, the hash does: an outline that was altered to
/// fit is found by it.
/// </summary>
internal sealed record ChainOutline(IReadOnlyList<EventOutline> Events, IReadOnlyList<CommandOutline> Commands)
{
    private const byte Format = 1;
    private const int HeadBytes = 9;
    private const int EventBytes = 24;
    private const int CommandBytes = 16;

    public static ChainOutline Of(IEnumerable<ChainedEvent> events, IEnumerable<ChainedCommand> commands) =>
        new([.. events.Select(Of)], [.. commands.Select(Of)]);

    public static EventOutline Of(ChainedEvent e) => new(
        e.Position,
        Short($"{e.Stream}#{e.Version}"),
        Short(e.Name),
        Short(e.Data),
        Short($"{e.Causation}\n{e.Correlation}\n{e.Actor}"));

    public static CommandOutline Of(ChainedCommand c) => new(
        Short($"{c.Key.Service}\n{c.Key.Account}\n{c.Key.Region}\n{c.Key.CommandId}"),
        Short($"{c.Name}\n{c.IsRoutine}\n{CommitContent.Microseconds(c.ReceivedAt)}\n{c.Digest}\n{c.Body}"),
        Short(string.Create(
            CultureInfo.InvariantCulture, $"{c.DeciderVersion}\n{c.FirstPosition}\n{c.LastPosition}\n{c.Resolved}")),
        Short(c.Answer));

    /// <summary>Reads what was kept; null where it is none, or of a form that this version does not know.</summary>
    public static ChainOutline? Read(byte[]? kept)
    {
        if (kept is not { Length: >= HeadBytes } || kept[0] != Format) return null;
        var events = BinaryPrimitives.ReadInt32BigEndian(kept.AsSpan(1));
        var commands = BinaryPrimitives.ReadInt32BigEndian(kept.AsSpan(5));
        if (events < 0 || commands < 0) return null;
        if (HeadBytes + ((long)events * EventBytes) + ((long)commands * CommandBytes) != kept.Length) return null;

        var outline = new ChainOutline(new EventOutline[events], new CommandOutline[commands]);
        var at = HeadBytes;
        for (var i = 0; i < events; i++, at += EventBytes)
        {
            ((EventOutline[])outline.Events)[i] = new EventOutline(
                BinaryPrimitives.ReadInt64BigEndian(kept.AsSpan(at)),
                Word(at + 8), Word(at + 12), Word(at + 16), Word(at + 20));
        }

        for (var i = 0; i < commands; i++, at += CommandBytes)
        {
            ((CommandOutline[])outline.Commands)[i] =
                new CommandOutline(Word(at), Word(at + 4), Word(at + 8), Word(at + 12));
        }

        return outline;

        uint Word(int offset) => BinaryPrimitives.ReadUInt32BigEndian(kept.AsSpan(offset));
    }

    /// <summary>As it is kept: a format, how many of each, then each in its order.</summary>
    public byte[] Bytes()
    {
        var bytes = new byte[HeadBytes + (Events.Count * EventBytes) + (Commands.Count * CommandBytes)];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), Events.Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Commands.Count);
        var at = HeadBytes;
        foreach (var e in Events)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), e.Position);
            at += 8;
            Write(e.Place, e.Name, e.Data, e.Cause);
        }

        foreach (var c in Commands) Write(c.Key, c.Question, c.Decision, c.Answer);
        return bytes;

        void Write(params ReadOnlySpan<uint> words)
        {
            foreach (var word in words)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), word);
                at += 4;
            }
        }
    }

    private static uint Short(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
