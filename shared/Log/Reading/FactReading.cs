using System.Numerics;
using Npgsql;

namespace Ecs.Log;

/// <summary>Reads the rows of a page of facts; their data pass through one buffer and are kept nowhere.</summary>
/// <param name="reader">Reads what <see cref="EventQuery.FactPage"/> asks for.</param>
internal sealed class FactReading(NpgsqlDataReader reader)
{
    /// <summary>PostgreSQL sends jsonb with the version of its form, one byte, in front of the text.</summary>
    private const int Prefix = 1;

    // Few facts are larger than this.
    private byte[] _buffer = new byte[4 * 1024];

    /// <summary>The fact of the row that the reader is at.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public StoredFact Read()
    {
        var (position, name) = (reader.GetInt64(0), reader.GetString(1));
        using var data = reader.GetStream(2);
        var length = (int)data.Length;
        if (length > _buffer.Length) _buffer = new byte[BitOperations.RoundUpToPowerOf2((uint)length)];
        data.ReadExactly(_buffer, 0, length);
        return new StoredFact(position, name, Facts.Read(name, position, _buffer.AsSpan(Prefix, length - Prefix)));
    }
}
