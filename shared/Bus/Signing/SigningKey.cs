using System.Security.Cryptography;
using System.Text;

namespace Ecs.Bus;

/// <summary>
/// A key pair, ECDSA on P-256, by which a program shows that its messages are its own. What a message's signature
/// covers is the exchange's name, a line feed and the body: so none can be passed off as another kind of message.
/// </summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>P-256's size in bits, the only one that is taken.</summary>
    private const int Bits = 256;

    private static readonly HashAlgorithmName Hash = HashAlgorithmName.SHA256;

    private readonly ECDsa _pair;
    private readonly Lock _signing = new();

    private SigningKey(ECDsa pair)
    {
        _pair = pair;
        PublicKey = Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo());
        Fingerprint = FingerprintOf(pair);
    }

    /// <summary>The public key: SubjectPublicKeyInfo in base64.</summary>
    public string PublicKey { get; }

    /// <summary>The public key's fingerprint, as SSH writes it: <c>SHA256:</c> and 43 characters of base64.</summary>
    public string Fingerprint { get; }

    /// <summary>A new pair.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The pair that <see cref="ToPem"/> wrote.</summary>
    /// <exception cref="FormatException">It is no private key on P-256 in PEM.</exception>
    public static SigningKey FromPem(string pem)
    {
        var pair = ECDsa.Create();
        try
        {
            pair.ImportFromPem(pem);
            if (!IsP256(pair)) throw new FormatException("the key is not on P-256");

            // A public key alone can be imported too, and signs nothing.
            _ = pair.ExportECPrivateKey();
            return new SigningKey(pair);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or FormatException)
        {
            pair.Dispose();
            throw new FormatException($"no private key on P-256 in PEM: {wrong.Message}", wrong);
        }
    }

    /// <summary>The private key in PEM.</summary>
    public string ToPem() => _pair.ExportPkcs8PrivateKeyPem();

    /// <summary>The signature of a message, in base64.</summary>
    /// <param name="exchange">The exchange that it is published to.</param>
    /// <param name="body">Its body.</param>
    public string Sign(string exchange, ReadOnlySpan<byte> body)
    {
        var signed = Signed(exchange, body);
        lock (_signing) return Convert.ToBase64String(_pair.SignData(signed, Hash));
    }

    /// <summary>The fingerprint of the key, where the signature is the message's; else null.</summary>
    public static string? Verify(string publicKey, string signature, string exchange, ReadOnlySpan<byte> body)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            return IsP256(key) && key.VerifyData(Signed(exchange, body), Convert.FromBase64String(signature), Hash)
                ? FingerprintOf(key)
                : null;
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pair.Dispose();

    private static bool IsP256(ECDsa key) =>
        key.KeySize == Bits
        && key.ExportParameters(false).Curve.Oid is { } curve
        && (curve.Value ?? curve.FriendlyName) is "1.2.840.10045.3.1.7" or "nistP256" or "ECDSA_P256";

    private static string FingerprintOf(ECDsa key) =>
        $"SHA256:{Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())).TrimEnd('=')}";

    private static byte[] Signed(string exchange, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes(exchange), (byte)'\n', .. body];
}
