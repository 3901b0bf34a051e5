namespace Ecs.Contracts.Bus;

/// <summary>
/// The headers of a signed message. What is signed is the exchange's name, a line feed and the body, by ECDSA on P-256
/// with SHA-256.
/// </summary>
public static class SignatureHeaders
{
    /// <summary>The sender's public key: SubjectPublicKeyInfo in base64.</summary>
    public const string Key = "ecs-key";

    /// <summary>The signature: the two numbers, 64 bytes, in base64.</summary>
    public const string Signature = "ecs-signature";
}
